"""Proposals side by side, issue by issue."""

from itertools import groupby

from talks import queries
from talks.models import Proposal, Seen
from talks.models.translated import in_alphabet
from talks.public.forms.compare import CompareProposalsForm
from talks.public.pages import in_columns, reads, render_page
from talks.public.views.compare.shared import known_then, often, page_of, pair_of, size_in, what_can_be_compared
from talks.record import merged
from talks.record.comparison import Turn, brought, by_point, cells, coverage, summary


@reads(CompareProposalsForm)
def compare_proposals(request, form):
    """Two to six proposals in columns, issues in rows, each set against the baseline that the reader picks."""
    slugs = form.chosen_slugs("p")
    steps = queries.lineage(form.seen, slugs) if slugs else set()
    related = {slug for _, *pair in steps for slug in pair}
    known, choices = what_can_be_compared(form, Proposal, form.fields["p"].valid, related)
    columns = in_columns([known[slug] for slug in slugs])
    pks = [one.entry.pk for one in columns]
    base = next((number for number, pk in enumerate(pks) if form.base and pk == form.base.pk), 0)
    provisions = form.parts.reported(queries.provisions_of, form.seen, pks)
    issues = _by_issue(provisions.get(pk, ()) for pk in pks)
    coverages = [coverage(one) for one in columns]
    rows = [(issue, by_point(told, coverages, base)) for issue, told in issues]
    if form.then_seen:
        rows = _rows_turned(form.then_seen, columns, rows, base)
    found = page_of(form, rows, _size_of_issue)
    context = {
        **found,
        "columns": columns,
        "about": pks or None,
        "chosen": set(pks),
        "choices": choices,
        "base": columns[base] if columns else None,
        "often": often(form.seen, choices, form.MOST),
        "pair": pair_of(form, [one.entry.slug for one in columns]),
        "groups": [(group, list(rows)) for group, rows in groupby(found["rows"], key=_group)],
        "summary": None if form.then_seen else summary([told for _, told in issues]),
        "then": form.then_seen and form.then_seen.day,
        "lineage": _lineage(known, steps),
    }
    return render_page(request, "compare/proposals.html", form, context)


def _group(row):
    """What the group of an issue is called on this page: (issue, [(point, cells)])."""
    return row[0].in_words("group")


def _size_of_issue(row):
    """About how many elements the rows of an issue have: (issue, [(point, cells)])."""
    return sum(4 + sum(size_in(cell, _size_of_cell) for cell in found) for _, found in row[1])


def _size_of_cell(cell):
    return 2 + sum(1 + 2 * len(point.provision.texts) for point in cell.points)


def _lineage(known, steps):
    """[(earlier, later, the fact of the later one that says so)] by date, where both may be shown."""
    shown = [(known[old], known[new], known[new].facts[field]) for field, old, new in steps if {old, new} <= set(known)]
    return sorted(shown, key=lambda step: (step[1].start, step[0].start, step[1].entry.slug, step[0].entry.slug))


def _by_issue(columns):
    """[(issue, what each column says on it)] in the order of issues, from the provisions of each column."""
    by_issue = [merged.grouped(provisions, lambda found: found.issue) for provisions in columns]
    issues = sorted({issue for column in by_issue for issue in column}, key=in_alphabet)
    return [(issue, [column.get(issue, []) for column in by_issue]) for issue in issues]


def _rows_turned(then: Seen, columns, rows, base):
    """The same [(issue, [(point, cells)])], each cell a `Turn` from what its proposal said on the point then."""
    old = known_then(then, columns)
    provisions = queries.provisions_of(then, [one.entry.pk for one in old if one])
    told = dict(_by_issue(provisions.get(one.entry.pk, ()) if one else () for one in old))
    coverages = [coverage(one) if one else Proposal.Coverage.PART for one in old]
    nothing = [()] * len(columns)
    turned = []
    for issue, points in rows:
        then_on_it = dict(by_point(told.get(issue, nothing), coverages, base))
        turns = []
        for point, now in points:
            before = then_on_it.get(point) or cells(nothing, coverages, base)
            before = [cell if one else None for one, cell in zip(old, before, strict=True)]
            turns.append((point, [_turn(*pair, then) for pair in zip(before, now, strict=True)]))
        turned.append((issue, turns))
    return turned


def _turn(before, now, then: Seen):
    """The `Turn` from what a proposal said on an issue (None: it was not known) to what it says."""
    changed = (before.wordings if before else []) != now.wordings
    reports = (row for point in now.points for row in point.provision.rows)
    return Turn(before, now, changed, brought(reports, then.day) if changed else [])
