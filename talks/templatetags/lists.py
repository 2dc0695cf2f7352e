"""Tags of the admin's lists."""

from django import template
from django.contrib.admin.templatetags.admin_list import date_hierarchy
from django.db.models import Max, Min

register = template.Library()


def first_and_last(rows, name, few):
    """The first and the last date in the column `name`; `few`: the rows were looked up, so all of them can be read.

    Where they are many, each end is asked for by itself, because an index has it. Where they are few, a database that
    went by this index would pass most of the table before it meets one of them.
    """
    if few:
        return tuple(rows.order_by().aggregate(first=Min(name), last=Max(name)).values())
    dated = rows.filter(**{f"{name}__isnull": False}).values_list(name, flat=True)
    return dated.order_by(name).first(), dated.order_by(f"-{name}").first()


@register.inclusion_tag("admin/date_hierarchy.html")
def years(cl):
    """Django's way through the dates of a list, but for its first step: there Django reads the dates of all rows.

    Here it is all years from the first to the last date, which an index gives.
    """
    name = cl.date_hierarchy
    if any(cl.params.get(f"{name}__{part}") for part in ("year", "month", "day")):
        return date_hierarchy(cl)
    first, last = first_and_last(cl.queryset, name, few=bool(cl.query))
    of_year = f"{name}__year"
    return {
        "show": first is not None,
        "back": None,
        "choices": [
            {"link": cl.get_query_string({of_year: year}, [f"{name}__"]), "title": year}
            for year in (range(first.year, last.year + 1) if first else ())
        ],
    }
