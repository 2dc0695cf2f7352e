"""Lists and pages of entries: rounds, swaps, proposals and events."""

from dataclasses import replace

from django.contrib import admin
from django.db.models import Q
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from talks import queries, words
from talks.data.formats import linked
from talks.models import KINDS, Change, Entry, Publication, Seen
from talks.public.forms.base import EntriesForm, EntryForm
from talks.public.pages import NotYetKnown, asked_again, moved_for_good, push_address, reads, render_page
from talks.public.views.then import earlier_day, turned
from talks.record import attendance, merged
from talks.words.facts import shown_facts
from talks.words.kinds import missing

FACTS = 9  # entries of one page where each has its facts


@reads(EntriesForm)
def entries(request, form, kind):
    """All entries of one kind, paged by cursor."""
    listed = queries.timeline(form.seen, kind=[kind])
    page = queries.page_of(form.seen, listed, **form.paging, size=FACTS)
    names = queries.names_in(form.seen, page.entries, form.named)
    facts = [shown_facts(known, names, without=_in_the_head(known)) for known in page.entries]
    page = replace(page, cards=[replace(card, facts=shown) for card, shown in zip(page.cards, facts, strict=True)])
    context = {"kind": kind, "page": page, "total": listed.count(), "cited_as": words.kinds_label(kind)}
    response = render_page(
        request, "timeline/kind.html", form, context, parts={"results": "timeline/kind.html#results"}
    )
    if request.htmx:
        push_address(request, response, form)
    return response


def _in_the_head(known):
    """The facts of a card that stand above its others; an outcome is its lead, but where it is told in several ways."""
    in_lead = ["outcome"] if "outcome" in known.facts and len(known.facts["outcome"].shown) == 1 else []
    return ["start", "end", "parties", *in_lead]


@reads(EntryForm)
def entry(request, form, kind, slug):
    """One entry. A former slug redirects; an entry that was not known on the as-of day is not found.

    Of one that is not published, those who edit it see the same page where they ask for a preview.
    """
    seen, preview = form.seen, None
    found = _named(seen, kind, slug)
    if found is None and form.is_preview and (preview := _to_preview(request, kind, slug)):
        seen = seen.previewing(preview)
        found = _named(seen, kind, slug)
    if found is None:
        return elsewhere(seen, request, kind, slug)
    (card,) = form.cards(seen, [found])
    known = card.known
    if form.then_seen and not preview:
        context = {"known": known, "about": [known.entry.pk], "section": KINDS[kind].SECTION}
        response = render_page(request, "entry/then.html", form, context | turned(form, known))
        response["X-Robots-Tag"] = "noindex"
        return response
    context = _context(form, seen, card) | {
        "preview": preview,
        "edit_address": preview and reverse(f"admin:talks_{kind}_change", args=[preview]),
        "linked": _linked(request, known, words.leads(known, card.transfers)),
    }
    templates = [f"entry/{kind}.html", "entry/entry.html"]  # the second shows what entries of all kinds have
    response = render_page(
        request, templates, form, context, parts={"details": "entry/_details.html", "sat": "entry/_sat.html"}
    )
    if preview:
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex"
    return response


def _named(seen: Seen, kind, slug):
    """The entry with this slug, or None if there is none to show."""
    return Entry.objects.visible(seen).filter(kind=kind, slug=slug).first()


def _context(form, seen: Seen, card):
    """What the page of an entry shows of it, and of what stands near it."""
    known, pk, kind = card.known, card.known.entry.pk, card.known.entry.kind
    near = queries.surroundings(seen, known, form.places_in_series, form.known_briefly)
    version = queries.changed(seen, [pk]).get(pk)
    return {
        "known": known,
        "earlier": None if form.day else earlier_day(known),
        "about": [pk],
        "around": near.days,
        "previous": near.previous,
        "following": near.following,
        "section": KINDS[kind].SECTION,
        "corrections": queries.corrections_of(seen, known) if version and version.corrections else [],
        "facts": shown_facts(known, queries.names_in(seen, [known], form.named)),
        "accounts": form.parts.reported(queries.accounts_of, seen, [pk]).get(pk, []),
        "transfers": card.transfers,
        **(DETAILS[kind](form, seen, known, near) if kind in DETAILS else {}),
        "version": version,
    }


def _linked(request, known, leads):
    """The entry in the terms of schema.org."""
    full, kind = request.build_absolute_uri, known.entry.kind
    return linked.entry(
        known,
        address=full(known.get_absolute_url()),
        told=str(leads[0]) if leads else "",
        sources=list(dict.fromkeys(row.article for row in leads[0].rows)) if leads else known.articles,
        crumbs=[
            (gettext("Timeline"), full(reverse("timeline"))),
            (str(words.kinds_label(kind)), full(reverse(KINDS[kind].SECTION))),
        ],
    )


def _to_preview(request, kind, slug):
    """The pk of an entry that is not published, if this visitor may see it in the admin; else None.

    Without a report there is nothing that the page could show.
    """
    pages = admin.site.get_model_admin(KINDS[kind])
    may_see = admin.site.has_permission(request)  # asked first, so that a draft answers as what is not there
    entry = may_see and KINDS[kind].objects.filter(slug=slug, first_reported__isnull=False).first()
    may_see = entry and pages.has_view_permission(request, entry)
    return entry.pk if may_see and entry.publication != Publication.PUBLISHED else None


def elsewhere(seen: Seen, request, kind, slug, *, page=None):
    """Redirect a former slug, to the entry or to what `page` names of it; 410 for what was withdrawn; else 404, with
    the day of the first report where there is.
    """
    if moved := moved_for_good(request, page or kind, KINDS[kind].objects.published(), slug):
        return moved
    named = Q(slug=slug) | Q(former_slugs__slug=slug)
    withdrawn = Entry.objects.filter(named, kind=kind, publication=Publication.WITHDRAWN).first()
    if withdrawn:
        change = withdrawn.changes.filter(sort=Change.Sort.WITHDRAWN).first()
        return asked_again(render(request, "410.html", {"change": change}, status=410))
    first_reported = queries.first_report_of(slug)
    if seen.day and first_reported and first_reported > seen.day:
        raise NotYetKnown(seen.day, first_reported)
    raise Http404(missing(kind, slug))


def _round(form, seen: Seen, known, near):
    slug, previous = known.entry.slug, near.previous
    rounds = [one.entry.pk for one in (known, previous) if one]
    delegations = form.parts.reported(queries.delegations_of, seen, rounds)
    before = {d.party: d for d in delegations.get(previous.entry.pk, ())} if previous else {}
    others = [*near.days, previous]
    earlier = queries.seen_before(seen, [known], others, form.known_briefly)[known.entry.pk] if previous else {}
    naming = queries.named_by(seen, ["agreed_at", "presented_at"], [slug], form.cards)
    swaps, proposals = (naming.get((field, slug), []) for field in ("agreed_at", "presented_at"))
    here = delegations.get(known.entry.pk, ())
    return {
        "led": [(delegation, member) for delegation in here for member in delegation.heads],
        "delegations": [
            (delegation, attendance.turnover(delegation, before.get(delegation.party), earlier)) for delegation in here
        ],
        "proposals": [card.known for card in proposals],
        "swaps": [(card.known, card.transfers) for card in swaps],
    }


def _proposal(form, seen: Seen, known, near):
    provisions = form.parts.reported(queries.provisions_of, seen, [known.entry.pk]).get(known.entry.pk, [])
    return {
        "issues": merged.by_issue(provisions),
        "provision_count": len(provisions),
        "followed_by": queries.followed_by(seen, known.entry.slug),
    }


# What the page of a kind shows beside what all have.
DETAILS = {"round": _round, "proposal": _proposal}
