"""The swap ledger: what was agreed, and what was handed over."""

from collections import Counter
from itertools import groupby
from operator import itemgetter

from django.utils.translation import gettext

from talks import queries, words
from talks.drawings import totals
from talks.models import Kind, Swap, Transfer
from talks.public.forms.pages import LedgerForm
from talks.public.pages import numbered_page, reads, render_page
from talks.record import ledger, steps

SWAPS = 10  # cards below the totals
AGREED = 15  # swaps of one page of what was agreed
LINES = 45  # of one page of tables


@reads(LedgerForm)
def swaps(request, form):
    """Running totals and the list of swaps; or the totals as tables; or what was agreed against what came of it."""
    every = queries.swaps(form.seen)
    passed = ledger.chosen(every, **form.filters)
    views = {LedgerForm.NUMBERS: _numbers, LedgerForm.AGREED: _agreed}
    context = {
        "total": len(passed),
        "in_words": form.in_words(len(passed)),
        "states": _states(every, form),
        "choices": _choices(every, form),
        **views.get(form.view, _overview)(form, passed),
    }
    return render_page(request, "swaps/ledger.html", form, context)


def _running(passed):
    owned = [(handover.known, handover.tallies) for handover in passed]
    return ledger.running(owned, key=lambda known: (known.start, known.entry.slug))


def _overview(form, passed):
    """The totals of each kind, drawn, and the swaps one by one."""
    runs = _running(passed)
    charts = totals.draw(runs)
    found = [handover.known.entry.pk for handover in passed]
    listed = queries.timeline(form.seen, kind=[Kind.SWAP]).filter(pk__in=found)
    kinds = [
        (kind, charts.get(kind), [run for run in runs if run.whole.kind == kind])
        for kind in Transfer.TransferKind.values
        if any(run.whole.kind == kind for run in runs)
    ]
    return {"kinds": kinds, "page": queries.page_of(form.seen, listed, **form.paging, size=SWAPS)}


def _numbers(form, passed):
    """A page of the tables behind the totals."""
    page = _page(form, steps.lines(_running(passed)), LINES)
    return {"page": page, "tables": steps.parts(page.object_list)}


def _agreed(form, passed):
    """A page of swaps under the rounds at which they were agreed, and then of those that stand apart."""
    rounds = queries.named_rounds(form.seen, [handover.known for handover in passed])
    agreed, apart = ledger.by_round(passed, rounds)
    under = [(at, handover) for at, swaps_there in agreed for handover in swaps_there]
    page = _page(form, under + [(None, handover) for handover in apart], AGREED)
    groups = groupby(page.object_list, key=itemgetter(0))
    return {"page": page, "agreed": [(at, [handover for _, handover in group]) for at, group in groups]}


def _page(form, rows, size):
    return numbered_page(rows, form.cleaned_data.get("page") or 1, size, gettext("This list has no such page."))


def _states(every, form):
    """[(statuses, number of swaps)] after the other filters: those with one status, then the others."""
    others = form.filters | {"status": ()}
    counts = Counter(handover.states for handover in ledger.chosen(every, **others))
    order = Swap.SwapStatus.values
    return sorted(counts.items(), key=lambda item: (len(item[0]) != 1, [order.index(one) for one in item[0]]))


def _choices(every, form):
    """{filter: [(value, words or parties, number of swaps, chosen)]}, each counted after the other filters."""
    asked = form.filters
    values = {
        "status": [(one, words.status_label(one), one) for one in Swap.SwapStatus.values],
        "direction": [(words.direction_value(*one), one, one) for one in ledger.directions(every)],
        "kind": [(one, words.transfer_kind(one), one) for one in Transfer.TransferKind.values],
    }
    return {
        name: [
            (value, label, len(ledger.chosen(every, **asked | {name: [one]})), one in asked[name])
            for value, label, one in listed
        ]
        for name, listed in values.items()
    }
