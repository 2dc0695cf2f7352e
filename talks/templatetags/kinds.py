"""Tags about the kinds of entries."""

from functools import cache

from django import template
from django.utils.html import format_html

from talks.models import KINDS

register = template.Library()


@register.simple_tag
def sections():
    """[(name of the address of its list, “Rounds”)] of each kind of entry."""
    return [(model.SECTION, model.WORDS.all) for model in KINDS.values()]


@register.simple_tag
@cache
def kind_sign(kind, coming=False):
    """The sign of a kind of entry; of one that is still to come, it is hollow."""
    return format_html('<span class="kind kind-{}{}" aria-hidden="true"></span>', kind, " coming" if coming else "")
