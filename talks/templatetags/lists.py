"""Tags of the admin's lists."""

from django import template
from django.contrib.admin.templatetags.admin_list import date_hierarchy

register = template.Library()


@register.inclusion_tag("admin/date_hierarchy.html")
def years(cl):
    """Django's way through the dates of a list, but for its first step: there Django reads the dates of all rows.

    Here it is all years from the first to the last date, which an index gives.
    """
    name = cl.date_hierarchy
    if any(cl.params.get(f"{name}__{part}") for part in ("year", "month", "day")):
        return date_hierarchy(cl)
    dated = cl.queryset.filter(**{f"{name}__isnull": False}).values_list(name, flat=True)
    first, last = dated.order_by(name).first(), dated.order_by(f"-{name}").first()
    of_year = f"{name}__year"
    return {
        "show": first is not None,
        "back": None,
        "choices": [
            {"link": cl.get_query_string({of_year: year}, [f"{name}__"]), "title": year}
            for year in (range(first.year, last.year + 1) if first else ())
        ],
    }
