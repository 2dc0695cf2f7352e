"""What was sent with a form, to be sent again when nothing of it was saved."""

from django import template

register = template.Library()

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 -- the name of a field


@register.simple_tag(takes_context=True)
def sent_fields(context) -> list[tuple[str, str]]:
    """(name, value) of each field of the request but its token, and passwords, which no page repeats."""
    fields = [(name, value) for name, values in context["request"].POST.lists() for value in values]
    return [(name, value) for name, value in fields if name != TOKEN and "password" not in name]
