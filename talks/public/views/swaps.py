"""The swap ledger: what was agreed, and what was handed over, at all or in a period."""

import datetime
from collections import Counter
from itertools import groupby
from operator import itemgetter

from django.utils.translation import get_language, gettext

from talks import queries, words
from talks.drawings import totals
from talks.models import Kind, Swap, Transfer
from talks.public.forms.pages import LedgerForm
from talks.public.pages import numbered_page, reads, render_page
from talks.queries.parts import ROW
from talks.record import ledger, steps

SWAPS = 10  # cards below the totals
AGREED = 15  # swaps of one page of what was agreed
LINES = 45  # of one page of tables
CHOICES = 30_000  # bytes that these take, roughly
WHOLES = 5  # numbers that take in several kinds, told beside the totals


@reads(LedgerForm)
def swaps(request, form):
    """Running totals and the list of swaps; or the totals as tables; or what was agreed against what came of it."""
    every = form.parts.once(
        ("handovers", tuple(form.period.values())),
        lambda: queries.handovers(form.seen, **form.period),
        lambda handovers: sum(map(_size, handovers)),
    )
    passed = ledger.chosen(every, **form.filters)
    views = {LedgerForm.NUMBERS: _numbers, LedgerForm.AGREED: _agreed}
    context = {
        "total": len(passed),
        "in_words": form.in_words(len(passed)),
        "period": words.months(**form.period),
        **form.parts.once(("choices", get_language(), form.unfiltered), lambda: _chosen(form, every, passed), CHOICES),
        **views.get(form.view, _overview)(form, passed),
    }
    return render_page(request, "swaps/ledger.html", form, context)


def _size(handover):
    return ROW * sum(1 + len(tally.told) for tally in handover.tallies)


def _chosen(form, every, passed):
    """The answer in a sentence, and what there is to choose from."""
    answers = (words.answer(one, **form.period) for one in ledger.sums(passed))
    return {
        "answer": next(filter(None, answers), ""),
        "years": [(year, *_year(year), form.period == _period(year)) for year in queries.years_of_swaps(form.seen)],
        "states": _states(every, form),
        "choices": _choices(every, form),
    }


def _year(year):
    return datetime.date(year, 1, 1), datetime.date(year, 12, 31)


def _period(year):
    """A year as a form gives a period."""
    return dict(zip(("since", "until"), _year(year), strict=True))


def _overview(form, passed):
    """The totals of each kind, drawn and by months or years, and the swaps one by one."""
    listed = queries.timeline(form.seen, kind=[Kind.SWAP])
    if form.unfiltered != (None, None):
        listed = listed.filter(pk__in=[handover.entry.pk for handover in passed])
    return {
        **form.parts.once(("totals", form.unfiltered), lambda: _totals(form, passed), sum(map(_size, passed))),
        "page": queries.page_of(form.seen, listed, **form.paging, size=SWAPS, cards=form.cards),
    }


def _totals(form, passed):
    runs = ledger.running_by_day(passed)
    charts = totals.draw(runs, queries.days_reported(form.seen), **form.period)
    kinds = [
        (kind, charts.get(kind), [run for run in runs if run.whole.kind == kind])
        for kind in Transfer.TransferKind.values
        if any(run.whole.kind == kind for run in runs)
    ]
    shown = steps.columns(runs)
    by_month = steps.is_by_month(runs)
    wholes = [step for run in runs for step in run.steps if step.counted.transfer.wholes][-WHOLES:]
    queries.with_sources(row for step in wholes for row in step.counted.told)
    return {
        "kinds": kinds,
        "gaps": any(chart.gaps for chart in charts.values()),
        "columns": shown,
        "stretches": steps.stretches(runs, shown, by_month=by_month),
        "by_month": by_month,
        "wholes": wholes,
    }


def _numbers(form, passed):
    """A page of the tables behind the totals."""
    page = _page(form, steps.lines(ledger.running_by_day(passed)), LINES)
    queries.with_sources(row for line in page.object_list for row in line.rows)
    owners = queries.know_by_pk(form.seen, {line.owner.pk: line.owner for line in page.object_list}.values())
    return {"page": page, "tables": steps.parts(page.object_list), "owners": owners}


def _agreed(form, passed):
    """A page of swaps under the rounds at which they were agreed, and then of those that stand apart."""
    agreed, apart = ledger.by_round(passed, queries.named_rounds(form.seen, passed))
    under = [(at, handover) for at, swaps_there in agreed for handover in swaps_there]
    page = _page(form, under + [(None, handover) for handover in apart], AGREED)
    handovers = [handover for _, handover in page.object_list]
    queries.with_sources(row for one in handovers for tally in one.tallies for row in tally.told)
    groups = groupby(page.object_list, key=itemgetter(0))
    return {
        "page": page,
        "agreed": [(at, [handover for _, handover in group]) for at, group in groups],
        "owners": queries.know_by_pk(form.seen, {one.entry.pk: one.entry for one in handovers}.values()),
    }


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
