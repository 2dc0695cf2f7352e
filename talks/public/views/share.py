"""Cards: the picture that stands for a page where its address is shared."""

from django.http import HttpResponse
from django.utils.translation import gettext

from talks import queries, words
from talks.drawings.card import WIDTH, Card, draw
from talks.models import KINDS, Kind
from talks.models.translated import RECORD_LANGUAGE, OfRecord, is_language_of_record
from talks.public.forms.pages import CardForm
from talks.public.pages import reads
from talks.public.views.entries import elsewhere
from talks.words import site


@reads(CardForm)
def site_card(request, form):
    """The card of pages that are of no entry."""
    return _answer(form, above="", title=site.name(), told=site.description())


@reads(CardForm)
def card(request, form, kind, slug):
    """The card of an entry: what it is and when it was, its title, what it leads with, its parties."""
    known = queries.know_one(form.seen, KINDS[kind], slug)
    if known is None:
        return elsewhere(form.seen, request, kind, slug, page=f"{kind}-card")
    transfers = queries.transfers_of(form.seen, [known.entry.pk]) if kind == Kind.SWAP else {}
    above = [str(words.kind_label(kind)), words.stands(known)]
    if form.day:
        above.append(gettext("as known on %(day)s") % {"day": words.day(form.day)})
    note = gettext("Sources differ on: %(facts)s") % {"facts": words.disputed_labels(known)} if known.disputed else ""
    return _answer(
        form,
        above=" · ".join(above),
        title=str(known),
        told=_in_words(words.lead(known, transfers.get(known.entry.pk))),
        note=note,
        parties=[(party.short, party.colour) for party in known.parties],
    )


def _in_words(lead):
    """What an entry leads with; with the sign of its language where it is not translated."""
    if lead is None:
        return ""
    foreign = isinstance(lead.text, OfRecord) and not is_language_of_record()
    return f"{lead} [{RECORD_LANGUAGE.upper()}]" if foreign else str(lead)


def _answer(form, **said):
    """The card that says this."""
    picture = draw(Card(site=site.talks(), **said), int(form.cleaned_data.get("width") or WIDTH))
    response = HttpResponse(picture, content_type="image/png", status=form.status)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # pages of other sites show it
    return response
