"""What became of the reports of an article whose text was changed: which moved, and which are to be placed anew."""

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from talks.admin.base import ReasonForm
from talks.admin.desk.paragraphs import entry_of, in_words
from talks.editing.paragraphs import Moves, lost_of

TOLD = 20  # moved reports that are told one by one
SHOWN = 30  # words of a lost paragraph that are shown


class LostForm(ReasonForm):
    """A form of an article that asks for the paragraphs that its text no longer has."""

    settled = forms.MultipleChoiceField(
        required=False,
        label=_("Paragraphs to find again"),
        help_text=_(
            "These reports cited paragraphs that the text no longer has. Give them another paragraph on the page of "
            "their entry; tick those that need none."
        ),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if lost := lost_of(self.instance):
            self.fields["settled"].choices = [(one.key, in_a_line(one)) for one in lost]
        else:
            del self.fields["settled"]


def in_a_line(lost):
    """A lost paragraph in words, with a link to where its report is edited."""
    words = Truncator(lost.words).words(SHOWN)
    told = gettext("paragraph %(number)s was: “%(words)s”") % {"number": lost.number, "words": words}
    return format_html("{}; {}", link_to(lost.row), told)


def link_to(row: Model):
    """A reported row in words, with its entry and a link to that one's page."""
    entry = entry_of(row)
    address = reverse(f"admin:talks_{entry.kind}_change", args=[entry.pk])
    said = f"{capfirst(row._meta.verbose_name)}: {in_words(row)}"
    return format_html('<a href="{}">{}</a>, {}', address, entry, Truncator(said).chars(150))


def tell(request, article, moves: Moves):
    """Say which reports moved with their paragraphs, and which paragraphs are not found in the new text."""
    if moves.moved:
        lines = [
            (link_to(row), before or gettext("no paragraph"), row.paragraphs or gettext("no paragraph"))
            for row, before in moves.moved[:TOLD]
        ]
        total = len(moves.moved)
        told = ngettext(
            "%(total)s report moved with its paragraph:", "%(total)s reports moved with their paragraphs:", total
        ) % {"total": total}
        listed = format_html_join("", "<li>{}: {} → {}</li>", lines)
        messages.info(request, format_html('{}<ul class="moved">{}</ul>', told, listed))
    if moves.lost:
        address = reverse("admin:talks_article_change", args=[article.pk])
        total = len(moves.lost)
        told = ngettext(
            "%(total)s cited paragraph is not in the new text; its report stands without it.",
            "%(total)s cited paragraphs are not in the new text; their reports stand without them.",
            total,
        )
        link = format_html('<a href="{}">{}</a>', address, gettext("Find them again on the article’s page"))
        messages.warning(request, format_html("{} {}", told % {"total": total}, link))
