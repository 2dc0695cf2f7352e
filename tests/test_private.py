"""What the admin uses of Django that Django does not promise; a test that fails here says which promise to look up."""

import pytest
from django.forms import ModelForm, modelform_factory

from talks import models
from talks.admin.private import UncheckedColumnsMixin, loaded_row
from tests import factories as make


class AnyFactForm(UncheckedColumnsMixin, ModelForm):
    """Of a citation, without a check of what its value says."""

    def unchecked(self, columns):
        self.left_out = set(columns)
        return columns | {"paragraphs"}


def test_django_asks_a_form_which_columns_its_model_shall_not_check():
    form_class = modelform_factory(models.Citation, form=AnyFactForm, fields=["note", "paragraphs"])
    form = form_class({"note": "They met.", "paragraphs": "no paragraph"})

    valid = form.is_valid()

    assert hasattr(form, "left_out"), "ModelForm no longer calls _get_validation_exclusions"
    assert {"entry", "article", "field"} <= form.left_out, "it no longer gives the columns that are not on the form"
    assert valid, f"it no longer leaves out what is given back: {form.errors}"


@pytest.mark.django_db
def test_a_row_that_was_loaded_along_is_found_without_a_query(django_assert_num_queries):
    citation = make.CitationFactory()
    bare, whole = models.Citation.objects.get(), models.Citation.objects.select_related("article").get()

    with django_assert_num_queries(0):
        found = loaded_row(bare, "article"), loaded_row(whole, "article")

    assert found == (None, citation.article), "Django keeps loaded rows elsewhere than in _state.fields_cache"
