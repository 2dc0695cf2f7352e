"""What articles tell of the order of entries within a day, over the whole record."""

from collections.abc import Collection

from talks.models import Citation
from talks.record.ordering import Told


def told_order(entries: Collection[str] = (), without: Collection[str] = ()) -> dict[str, Told]:
    """{slug: `Told`} of every entry that an article gives a time, or tells to follow another, of those others, and of
    `entries` (slugs). The reports of the articles `without` (slugs) do not count.
    """
    rows = Citation.objects.order_by().values_list("entry__slug", "field", "value", "article__slug")
    reports = [row for row in rows.filter(field__in=["time", "after"]) if row[-1] not in without]
    named = {*entries, *(row[0] for row in reports), *(value for _, field, value, _ in reports if field == "after")}
    reports += [row for row in rows.filter(field="start", entry__slug__in=named) if row[-1] not in without]
    order = {slug: Told() for slug in named}
    for slug, field, value, _ in reports:
        order[slug].values[field].add(value)
    return order
