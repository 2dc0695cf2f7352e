"""Comparisons: rounds, proposals and positions side by side. Columns stand by date, then alphabetically."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from django.http import Http404
from django.utils.translation import gettext

from talks import queries
from talks.models import KINDS, Issue, Party, Process, Proposal, Round, Seen
from talks.public.forms.pages import CompareProposalsForm, CompareRoundsForm, PositionsForm
from talks.public.pages import in_columns, reads, render_page
from talks.record import attendance, merged
from talks.record.comparison import cells, coverage, row, said_of_delegation, said_of_fact, shared, summary
from talks.record.facts import folded
from talks.record.merged import turnover
from talks.words.facts import fact_label, shown_facts

MOST_REPORTED = 3  # entries of the comparison that is offered because most articles report them
SIDE_BY_SIDE = 6  # rounds of a series on one page
PARTIES = 4  # in the table of positions, unless the reader chooses others
ANSWERS = ("outcome",)  # the facts of a round that come before all else


def _read(seen: Seen, model, chosen, others=()):
    """({slug: KnownEntry} of what is chosen, what can be and others by slug; what can be chosen, newest first)."""
    choices = model.objects.visible(seen).order_by("-stands", "-pk")[: queries.MANY]
    entries = {entry.slug: entry for entry in [*choices, *chosen]}
    offered, missing = list(entries), set(others) - set(entries)
    if missing:
        entries |= {entry.slug: entry for entry in model.objects.visible(seen).filter(slug__in=missing)}
    known = {one.entry.slug: one for one in queries.know(seen, entries.values())}
    return known, [known[slug] for slug in offered]


@dataclass(frozen=True)
class Often:
    """A comparison that is offered: of the `entries` of a series, or of those that most articles report (None)."""

    series: Process | None
    entries: list


def _often(seen: Seen, choices, most):
    """[Often]: each series of which two or more can be chosen, but no more than `most`; and the most reported."""
    by_series = merged.grouped(choices, lambda one: one.facts["process"].value if "process" in one.facts else None)
    fitting = {slug: found for slug, found in by_series.items() if slug and 2 <= len(found) <= most}
    series = Process.objects.visible(seen).filter(slug__in=fitting).order_by("start", "slug")
    reported = sorted(choices, key=lambda one: -len(one.mentions))[:MOST_REPORTED]
    return [Often(one, fitting[one.slug]) for one in series] + ([Often(None, reported)] if len(reported) > 1 else [])


def _pair(form, slugs):
    """The numbers of the two columns that a narrow window shows: those that the reader chose, else the first two."""
    chosen = form.chosen_slugs("pair")
    numbers = sorted(slugs.index(slug) for slug in chosen if slug in slugs)
    if len(numbers) < len(chosen):
        form.add_error("pair", gettext("Choose two of the columns that are compared."))
    return numbers if len(numbers) == 2 else [0, 1]


# Rounds


@reads(CompareRoundsForm)
def compare_rounds(request, form):
    """Two to four rounds in columns, or all of a series; on demand only the rows that differ."""
    series = form.series
    known, choices = _read(form.seen, Round, form.fields["r"].valid)
    chosen = [known[slug] for slug in form.chosen_slugs("r")]
    window = _of_series(form) if series else None
    columns = window.rounds if window else in_columns(chosen)
    before = queries.previous_rounds(form.seen, columns)
    rows = _round_rows(form.seen, columns, before)
    in_one_line = [row for row in rows if _folds(row)] if len(columns) > 1 and not form.only_differences else []
    shown = [row for row in rows if not (row.same and (form.only_differences or (len(columns) > 1 and _folds(row))))]
    context = {
        "columns": columns,
        "pair": _pair(form, [one.entry.slug for one in columns]),
        "about": [one.entry.pk for one in columns] or None,
        "chosen": {one.entry.pk for one in columns},
        "choices": choices,
        "often": _often(form.seen, choices, queries.MANY),
        "series": series,
        "window": window,
        "rows": shown,
        "alike": [row for row in in_one_line if row.told],
        "untold": [row for row in in_one_line if not row.told],
        "hidden": sum(row.same for row in rows),
        "presets": [(one, before[one.entry.pk]) for one in columns if one.entry.pk in before],
    }
    return render_page(request, "compare/rounds.html", form, context)


def _of_series(form):
    """The `Window` of the series that the form asks for, the latest rounds unless it asks for others."""
    number = form.cleaned_data.get("rounds") or 1
    shown = attendance.window(queries.rounds_of(form.seen, form.series), number, SIDE_BY_SIDE)
    if shown is None:
        raise Http404(gettext("This list has no such page."))
    return shown


def _folds(row):
    """True if a row needs no columns: a fact that is the same in all, or something that no article reports."""
    return row.same and (row.sort == "facts" or not row.told)


def _round_rows(seen: Seen, columns, before):
    """The `Row`s of a comparison of rounds, the answer first: what came of it, who led, what was agreed and tabled.

    Then what each side said, the delegations, the interval and the other facts.
    """
    pks, slugs = [one.entry.pk for one in columns], [one.entry.slug for one in columns]
    facts = _fact_rows(columns, queries.names_in(seen, columns))
    answers = [one for field, one in facts if field in ANSWERS]
    delegations = queries.delegations_of(seen, [*pks, *(one.entry.pk for one in before.values())])
    return [
        *answers,
        _led_row(pks, delegations),
        *_entry_rows(seen, slugs),
        *(row("accounts", party, cells, _texts) for party, cells in _by_party(pks, queries.accounts_of(seen, pks))),
        *_delegation_rows(pks, before, delegations, queries.seen_before(seen, columns)),
        row("interval", None, [before.get(pk) for pk in pks], said=lambda one: one.entry.pk),
        *(one for field, one in facts if field not in ANSWERS),
    ]


def _fact_rows(columns, names):
    """[(field, `Row`)] of each fact that any of the rounds has."""
    shown = [{fact.field: fact for fact in shown_facts(one, names)} for one in columns]
    fields = [field for field in KINDS["round"].FACTS if any(field in facts for facts in shown)]
    return [
        (field, row("facts", fact_label("round", field), [facts.get(field) for facts in shown], said_of_fact))
        for field in fields
    ]


def _led_row(pks, delegations):
    """The `Row` of who led each side: the delegations of each round for which an article names a head."""
    led = [[one for one in delegations.get(pk, ()) if one.heads] for pk in pks]
    return row("led", None, [cell or None for cell in led], said=lambda cell: [_heads(one) for one in cell])


def _heads(delegation):
    return delegation.party, {member.person for member in delegation.heads}


def _delegation_rows(pks, before, delegations, seen_before):
    """A `Row` for each party: its delegations, each with its turnover since the round before in the series."""
    by_round = {pk: {delegation.party: delegation for delegation in rows} for pk, rows in delegations.items()}
    paired = {
        pk: [
            (party, (delegation, turnover(delegation, earlier.get(party), seen_before.get(pk))))
            for party, delegation in by_round.get(pk, {}).items()
        ]
        for pk in pks
        for earlier in [by_round.get(before[pk].entry.pk, {}) if pk in before else {}]
    }
    return [
        row("delegations", party, cells, said=lambda cell: said_of_delegation(cell[0]))
        for party, cells in _by_party(pks, paired)
    ]


def _entry_rows(seen: Seen, slugs):
    """The `Row`s of the swaps agreed at each round with their transfers, and of the proposals tabled there."""
    tabled = queries.named_by(seen, "presented_at", slugs)
    agreed = queries.named_by(seen, "agreed_at", slugs)
    transfers = queries.transfers_of(seen, [one.entry.pk for swaps in agreed.values() for one in swaps])
    swaps = [[(one, transfers.get(one.entry.pk, [])) for one in agreed[slug]] for slug in slugs]
    return [
        row("swaps", None, [cell or None for cell in swaps], said=lambda cell: [one.entry for one, _ in cell]),
        row(
            "proposals",
            None,
            [tabled[slug] or None for slug in slugs],
            said=lambda cell: [one.entry.pk for one in cell],
        ),
    ]


def _texts(accounts):
    return [folded(account.text) for account in accounts]


def _by_party(pks, by_entry):
    """[(party, [what each entry has of that party, or None])] from {entry pk: [(party, something)]}."""
    parties = {party.pk: party for pairs in by_entry.values() for party, _ in pairs}
    by_pair = {(pk, party.pk): what for pk, pairs in by_entry.items() for party, what in pairs}
    ordered = sorted(parties.values(), key=lambda party: (party.order, party.name))
    return [(party, [by_pair.get((pk, party.pk)) for pk in pks]) for party in ordered]


# Proposals


@reads(CompareProposalsForm)
def compare_proposals(request, form):
    """Two to six proposals in columns, issues in rows, each set against the baseline that the reader picks."""
    slugs = form.chosen_slugs("p")
    steps = queries.lineage(form.seen, slugs) if slugs else set()
    related = {slug for _, *pair in steps for slug in pair}
    known, choices = _read(form.seen, Proposal, form.fields["p"].valid, related)
    columns = in_columns([known[slug] for slug in slugs])
    pks = [one.entry.pk for one in columns]
    base = next((number for number, pk in enumerate(pks) if form.base and pk == form.base.pk), 0)
    rows = _issue_rows(columns, queries.provisions_of(form.seen, pks), base)
    context = {
        "columns": columns,
        "about": pks or None,
        "chosen": set(pks),
        "choices": choices,
        "base": columns[base] if columns else None,
        "often": _often(form.seen, choices, form.MOST),
        "pair": _pair(form, [one.entry.slug for one in columns]),
        "groups": [(group, list(found)) for group, found in groupby(rows, key=lambda one: one[0].group)],
        "summary": summary(rows),
        "lineage": _lineage(known, steps),
    }
    return render_page(request, "compare/proposals.html", form, context)


def _lineage(known, steps):
    """[(earlier, later, the fact of the later one that says so)] by date, where both may be shown."""
    shown = [(known[old], known[new], known[new].facts[field]) for field, old, new in steps if {old, new} <= set(known)]
    return sorted(shown, key=lambda step: (step[1].start, step[0].start, step[1].entry.slug, step[0].entry.slug))


def _issue_rows(columns, provisions, base):
    """[(issue, its `Cell`s)] in the order of issues."""
    by_issue = [merged.grouped(provisions.get(one.entry.pk, ()), lambda found: found.issue) for one in columns]
    issues = sorted({issue for column in by_issue for issue in column}, key=lambda issue: (issue.order, issue.title))
    coverages = [coverage(one) for one in columns]
    return [(issue, cells([column.get(issue, []) for column in by_issue], coverages, base)) for issue in issues]


# Positions


@reads(PositionsForm)
def compare_positions(request, form):
    """Each party's latest stated position on each issue, and how many issues each two of them address.

    Of many parties those stand there that the reader chooses, else those that address most issues.
    """
    positions = queries.latest_positions(form.seen, **form.filters)
    addressed = Counter(party for _, party in positions)
    all_parties = list(Party.objects.filter(pk__in=addressed))
    most = {pk for pk, _ in sorted(addressed.items(), key=lambda item: (-item[1], item[0]))[:PARTIES]}
    chosen = {party.pk for party in form.fields["party"].valid} or most
    parties = [party for party in all_parties if party.pk in chosen]
    positions = {(issue, party): one for (issue, party), one in positions.items() if party in chosen}
    issues = Issue.objects.filter(pk__in={issue for issue, _ in positions})
    context = {
        "parties": parties,
        "all_parties": all_parties,
        "pair": _pair(form, [party.slug for party in parties]),
        "rows": [(issue, [(party, positions.get((issue.pk, party.pk))) for party in parties]) for issue in issues],
        "shared": shared(positions, parties),
        "all_series": Process.objects.visible(form.seen).order_by("start", "slug"),
        "series": form.filters["process"],
    }
    return render_page(request, "compare/positions.html", form, context)
