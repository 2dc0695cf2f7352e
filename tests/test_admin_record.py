"""The admin with the real record."""

import pytest
from django.db.models import Count

from talks.models import KINDS
from tests.admin_pages import edit, saved


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_real_entries_saved_as_they_are_stay_as_they_are(record, admin_client, kind):
    model = KINDS[kind]
    before = columns(model)
    assert before

    for entry in model.objects.annotate(size=Count("citations")).order_by("-size", "pk")[:3]:
        saved(edit(admin_client, entry, {"reason": "a look"}))

    assert columns(model) == before


def columns(model):
    rows = model.objects.order_by("pk").values()
    return [{name: value for name, value in row.items() if name != "updated"} for row in rows]
