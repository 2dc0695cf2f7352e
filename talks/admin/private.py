"""What the admin uses of Django that Django does not promise; tests/test_private.py says what breaks with it."""

from collections.abc import Set as AbstractSet

from django.db.models import Model


class UncheckedColumnsMixin:
    """For a `ModelForm` that decides which columns the checks of its model leave out.

    Django asks `_get_validation_exclusions`, by default for the columns that are not on the form or failed already.
    """

    def unchecked(self, columns: AbstractSet[str]) -> AbstractSet[str]:
        """The columns to leave out; `columns` are those that Django would."""
        return columns

    def _get_validation_exclusions(self) -> AbstractSet[str]:
        return self.unchecked(super()._get_validation_exclusions())


def loaded_row(row: Model, name: str) -> Model | None:
    """The row that a foreign key of `row` leads to, if it was loaded with it; never asks the database."""
    return row._state.fields_cache.get(name)
