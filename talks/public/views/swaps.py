"""The swap ledger: what was agreed, and what was handed over."""

from collections import Counter

from django.views.decorators.http import require_safe

from talks import queries, words
from talks.drawings import totals
from talks.models import Kind, Swap, Transfer
from talks.public.forms.pages import LedgerForm
from talks.public.pages import render_page
from talks.record import ledger


@require_safe
def swaps(request):
    """Running totals, what was agreed at each round against what was handed over, and the list of swaps."""
    form = LedgerForm(request.GET)
    every = queries.swaps(form.seen)
    passed = ledger.chosen(every, **form.filters)
    found = [handover.known for handover in passed]
    owned = [(handover.known, handover.tallies) for handover in passed]
    runs = ledger.running(owned, key=lambda known: (known.start, known.entry.slug))
    charts = totals.draw(runs)
    rounds = queries.named_rounds(form.seen, found)
    agreed, apart = ledger.by_round(passed, rounds)
    listed = queries.timeline(form.seen, kind=[Kind.SWAP]).filter(pk__in=[one.entry.pk for one in found])
    context = {
        "page": queries.page_of(form.seen, listed, **form.paging),
        "total": len(found),
        "in_words": form.in_words(len(found)),
        "states": _states(every, form),
        "choices": _choices(every, form),
        "kinds": [
            (kind, charts.get(kind), [run for run in runs if run.whole.kind == kind])
            for kind in Transfer.TransferKind.values
            if any(run.whole.kind == kind for run in runs)
        ],
        "agreed": agreed,
        "apart": apart[-queries.MANY :],
    }
    return render_page(request, "swaps/ledger.html", form, context)


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
