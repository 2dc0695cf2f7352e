"""Tags about the kinds of entries."""

from django import template

from talks.models import KINDS

register = template.Library()


@register.simple_tag
def sections():
    """[(name of the address of its list, “Rounds”)] of each kind of entry."""
    return [(model.SECTION, model.WORDS.all) for model in KINDS.values()]
