"""Lists and pages of entries: rounds, swaps, proposals and events."""

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from talks import merge, queries
from talks.forms import EntriesForm, PublicForm
from talks.models import KINDS, FormerSlug
from talks.pages import NotYetKnown, push_address, render_page
from talks.words import missing, shown_facts


@require_safe
def entries(request, kind):
    """All entries of one kind, paged by cursor."""
    form = EntriesForm(request.GET)
    found = queries.timeline(day=form.day, kind=[kind])
    page = queries.page_of(found, **form.paging)
    names = queries.names_in(page.entries, form.day)
    for known in page.entries:
        known.shown = shown_facts(known, names, without=("start", "end", "parties"))
    context = {"kind": kind, "page": page, "total": found.count()}
    response = render_page(request, "entries.html", form, context, parts={"results": "entries.html#results"})
    if request.htmx:
        push_address(request, response, form)
    return response


@require_safe
def entry(request, kind, slug):
    """One entry. A former slug redirects; an entry that was not known on the as-of day is not found."""
    form = PublicForm(request.GET)
    known = queries.know_one(KINDS[kind], slug, form.day)
    if known is None:
        return _elsewhere(request, kind, slug, form.day)
    context = {
        "known": known,
        "about": [known.entry.pk],
        "around": queries.around(known, form.day),
        "section": KINDS[kind].SECTION,
        "corrections": queries.corrections_of(known, form.day),
        "facts": shown_facts(known, queries.names_in([known], form.day)),
        "accounts": queries.accounts_of([known.entry.pk], form.day).get(known.entry.pk, []),
        **DETAILS[kind](known, form.day),
    }
    return render_page(request, f"{kind}.html", form, context, parts={"details": "_entry_details.html"})


def _elsewhere(request, kind, slug, day):
    """Redirect a former slug; else 404, with the day of the first report where there is one."""
    former = FormerSlug.objects.filter(slug=slug, entry__kind=kind, entry__publication="published").first()
    if former:
        query = request.META["QUERY_STRING"]
        address = reverse(kind, args=[former.entry.slug])
        return redirect(f"{address}?{query}" if query else address, permanent=True)
    first_reported = queries.first_report_of(slug)
    if day and first_reported and first_reported > day:
        raise NotYetKnown(day, first_reported)
    raise Http404(missing(kind, slug))


def _round(known, day):
    slug = known.entry.slug
    previous, following = queries.neighbours(known, day)
    rounds = [one.entry.pk for one in (known, previous) if one]
    delegations = queries.delegations_of(rounds, day)
    before = {d.party: d for d in delegations.get(previous.entry.pk, ())} if previous else {}
    swaps = queries.named_by("agreed_at", [slug], day)[slug]
    transfers = queries.transfers_of([one.entry.pk for one in swaps], day)
    return {
        "delegations": [
            (delegation, merge.turnover(delegation, before.get(delegation.party)))
            for delegation in delegations.get(known.entry.pk, ())
        ],
        "proposals": queries.named_by("presented_at", [slug], day)[slug],
        "swaps": [(one, transfers.get(one.entry.pk, [])) for one in swaps],
        "previous": previous,
        "following": following,
    }


def _swap(known, day):
    return {"transfers": queries.transfers_of([known.entry.pk], day).get(known.entry.pk, [])}


def _proposal(known, day):
    slug = known.entry.slug
    provisions = queries.provisions_of([known.entry.pk], day).get(known.entry.pk, [])
    return {
        "issues": merge.by_issue(provisions),
        "provision_count": len(provisions),
        "superseded_by": queries.named_by("supersedes", [slug], day)[slug],
    }


def _event(known, day):
    return {}


DETAILS = {"round": _round, "swap": _swap, "proposal": _proposal, "event": _event}
