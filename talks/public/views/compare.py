"""Comparisons: rounds, proposals and positions side by side. Columns stand by date, then alphabetically."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from django.http import Http404
from django.utils.translation import gettext

from talks import queries
from talks.models import KINDS, Issue, Party, Process, Proposal, Round, Seen
from talks.models.translated import alphabetically, in_alphabet
from talks.public.forms.pages import CompareProposalsForm, CompareRoundsForm, PositionsForm
from talks.public.pages import in_columns, numbered_page, reads, render_page
from talks.record import attendance, merged, track
from talks.record.comparison import (
    Turn,
    brought,
    by_point,
    cells,
    coverage,
    in_pages,
    row,
    said_of_delegation,
    said_of_fact,
    shared,
    spread,
    summary,
    then_and_now,
)
from talks.record.facts import folded
from talks.record.reported import reported_in
from talks.words.facts import fact_label, shown_facts

MOST_REPORTED = 3  # entries of the comparison that is offered because most articles report them
SIDE_BY_SIDE = 6  # rounds of a series on one page
PARTIES = 4  # in the table of positions, unless the reader chooses others
CELLS = 80  # on one page of positions
TURNS = 20  # on one page of positions then and now, each of which can hold two
ROOM = 600  # about so many elements of a page may be rows of a comparison of rounds or proposals
LINE_BY_LINE = ("swaps", "proposals", "accounts")  # the rows of rounds whose cells grow with each article
ANSWERS = ("outcome",)  # the facts of a round that come before all else


def _read(seen: Seen, model, chosen, others=()):
    """({slug: KnownEntry} of what is chosen, what can be and others by slug; what can be chosen, newest first).

    Of what is not chosen, these know no more than a list to choose from says, and what follows on what.
    """
    choices = model.objects.visible(seen).newest_first()[: queries.MANY]
    entries = {entry.slug: entry for entry in [*choices, *chosen]}
    offered, missing = list(entries), set(others) - set(entries)
    if missing:
        entries |= {entry.slug: entry for entry in model.objects.visible(seen).filter(slug__in=missing)}
    listed = queries.know_to_choose(seen, entries.values(), chosen, *queries.LINEAGE)
    known = {one.entry.slug: one for one in listed}
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


def parties_in_columns(form, counts):
    """(all parties that anything is counted of, those that have a column) in their order, from {party pk: number}.

    Those that the reader chose, else those of most, so many as fit.
    """
    everyone = list(Party.objects.filter(pk__in=counts))
    most = {pk for pk, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:PARTIES]}
    chosen = {party.pk for party in form.fields["party"].valid} or most
    return everyone, [party for party in everyone if party.pk in chosen]


def pair_of(form, slugs):
    """The numbers of the two columns that a narrow window shows: those that the reader chose, else the first two."""
    chosen = form.chosen_slugs("pair")
    numbers = sorted(slugs.index(slug) for slug in chosen if slug in slugs)
    if len(numbers) < len(chosen):
        form.add_error("pair", gettext("Choose two of the columns that are compared."))
    return numbers if len(numbers) == 2 else [0, 1]


def _page_of(form, rows, size):
    """The page of these rows that the form asks for, and all pages, for the rail; `size` of a row: see `ROOM`."""
    pages = in_pages(rows, size, ROOM)
    page = numbered_page(pages, form.cleaned_data.get("page") or 1, 1, gettext("This list has no such page."))
    return {"rows": pages[page.number - 1] if pages else [], "page": page, "pages": pages}


def _size_in(cell, size):
    """The size of a cell, which may be a `Turn`: then it holds what stood there, what stands there, and who says so."""
    if not isinstance(cell, Turn):
        return size(cell)
    before = 0 if cell.begins or not cell.changed else size(cell.then)
    return size(cell.now) + before + (6 if cell.changed else 0)


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
    rows = round_rows(form.seen, columns, before)
    if form.then_seen:
        rows = then_and_now(_rows_then(form.then_seen, columns), rows, form.then_seen.day, reported_in)
    folds = len(columns) > 1 and not form.then_seen
    in_one_line = [row for row in rows if _folds(row)] if folds and not form.only_differences else []
    shown = [row for row in rows if not (row.same and (form.only_differences or (folds and _folds(row))))]
    if form.then_seen:
        shown = [row for row in rows if any(row.sayings)]
    context = {
        "columns": columns,
        "pair": pair_of(form, [one.entry.slug for one in columns]),
        "about": [one.entry.pk for one in columns] or None,
        "chosen": {one.entry.pk for one in columns},
        "choices": choices,
        "often": _often(form.seen, choices, queries.MANY),
        "series": series,
        "window": window,
        **_page_of(form, shown, _size_of_row),
        "alike": [row for row in in_one_line if row.told],
        "untold": [row for row in in_one_line if not row.told],
        "hidden": sum(row.same for row in rows),
        "presets": [(one, before[one.entry.pk]) for one in columns if one.entry.pk in before],
        "then": form.then_seen and form.then_seen.day,
        "unchanged": [row for row in rows if form.then_seen and not any(row.sayings)],
    }
    return render_page(request, "compare/rounds.html", form, context)


def _size_of_row(row):
    """About how many elements a row of a comparison of rounds has."""
    return sum(_size_in(cell, lambda one: 3 + 4 * _set_apart(row, one)) for cell in row.cells)


def _set_apart(row, cell):
    """How many articles have a line of their own in a cell."""
    return len({report.article for report in reported_in(row, cell)}) if cell and row.sort in LINE_BY_LINE else 0


def _of_series(form):
    """The `Window` of the series that the form asks for, the latest rounds unless it asks for others."""
    number = form.cleaned_data.get("rounds") or 1
    shown = attendance.window(queries.rounds_of(form.seen, form.series), number, SIDE_BY_SIDE)
    if shown is None:
        raise Http404(gettext("This list has no such page."))
    return shown


def _known_then(then: Seen, columns):
    """The entries of these columns as they were known then, in their order, None for each that was not."""
    entries = KINDS[columns[0].entry.kind].objects.visible(then) if columns else Round.objects.none()
    known = queries.know_by_pk(then, entries.filter(pk__in=[one.entry.pk for one in columns]))
    return [known.get(one.entry.pk) for one in columns]


def _rows_then(then: Seen, columns):
    """The `Row`s of these columns as they were known then, with nothing of a round that was not."""
    old = _known_then(then, columns)
    known = [one for one in old if one]
    places = [known.index(one) if one else None for one in old]
    return [spread(row, places) for row in round_rows(then, known, queries.previous_rounds(then, known))]


def _folds(row):
    """True if a row needs no columns: a fact that is the same in all, or something that no article reports."""
    return row.same and (row.sort == "facts" or not row.told)


def round_rows(seen: Seen, columns, before):
    """The `Row`s of a comparison of rounds, the answer first: what came of it, who led, what was agreed and tabled.

    Then what each side said, the delegations, the interval and the other facts.
    """
    pks, slugs = [one.entry.pk for one in columns], [one.entry.slug for one in columns]
    facts = fact_rows(Round.KIND, columns, queries.names_in(seen, columns))
    answers = [one for field, one in facts if field in ANSWERS]
    delegations = queries.delegations_of(seen, pks)
    return [
        *answers,
        _led_row(pks, delegations),
        *_entry_rows(seen, slugs),
        *account_rows(seen, pks),
        *_delegation_rows(pks, delegations),
        row("interval", None, [before.get(pk) for pk in pks], said=lambda one: one.entry.pk),
        *(one for field, one in facts if field not in ANSWERS),
    ]


def account_rows(seen: Seen, pks):
    """A `Row` for each party: what it said of each entry."""
    return [row("accounts", party, cells, _texts) for party, cells in _by_party(pks, queries.accounts_of(seen, pks))]


def fact_rows(kind, columns, names):
    """[(field, `Row`)] of each fact that any of these entries of one kind has."""
    shown = [{fact.field: fact for fact in shown_facts(one, names)} for one in columns]
    fields = [field for field in KINDS[kind].FACTS if any(field in facts for facts in shown)]
    return [
        (field, row("facts", fact_label(kind, field), [facts.get(field) for facts in shown], said_of_fact))
        for field in fields
    ]


def _led_row(pks, delegations):
    """The `Row` of who led each side: the delegations of each round for which an article names a head."""
    led = [[one for one in delegations.get(pk, ()) if one.heads] for pk in pks]
    return row("led", None, [cell or None for cell in led], said=lambda cell: [_heads(one) for one in cell])


def _heads(delegation):
    return delegation.party, {member.person for member in delegation.heads}


def _delegation_rows(pks, delegations):
    """A `Row` for each party: its delegation to each round."""
    by_party = {pk: [(one.party, one) for one in delegations.get(pk, ())] for pk in pks}
    return [row("delegations", party, cells, said_of_delegation) for party, cells in _by_party(pks, by_party)]


def _entry_rows(seen: Seen, slugs):
    """The `Row`s of the swaps agreed at each round with their transfers, and of the proposals tabled there."""
    naming = queries.named_by(seen, ["presented_at", "agreed_at"], slugs, queries.know_for_lists)
    tabled, agreed = ([naming.get((field, slug), []) for slug in slugs] for field in ("presented_at", "agreed_at"))
    transfers = queries.transfers_of(seen, [one.entry.pk for swaps in agreed for one in swaps])
    swaps = [[(one, transfers.get(one.entry.pk, [])) for one in of_round] for of_round in agreed]
    return [
        row("swaps", None, [cell or None for cell in swaps], said=lambda cell: [one.entry for one, _ in cell]),
        row(
            "proposals",
            None,
            [cell or None for cell in tabled],
            said=lambda cell: [one.entry.pk for one in cell],
        ),
    ]


def _texts(accounts):
    return [folded(account.text) for account in accounts]


def _by_party(pks, by_entry):
    """[(party, [what each entry has of that party, or None])] from {entry pk: [(party, something)]}."""
    parties = {party.pk: party for pairs in by_entry.values() for party, _ in pairs}
    by_pair = {(pk, party.pk): what for pk, pairs in by_entry.items() for party, what in pairs}
    ordered = sorted(parties.values(), key=in_alphabet)
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
    provisions = queries.provisions_of(form.seen, pks)
    issues = _by_issue(provisions.get(pk, ()) for pk in pks)
    coverages = [coverage(one) for one in columns]
    rows = [(issue, by_point(told, coverages, base)) for issue, told in issues]
    if form.then_seen:
        rows = _rows_turned(form.then_seen, columns, rows, base)
    found = _page_of(form, rows, _size_of_issue)
    context = {
        **found,
        "columns": columns,
        "about": pks or None,
        "chosen": set(pks),
        "choices": choices,
        "base": columns[base] if columns else None,
        "often": _often(form.seen, choices, form.MOST),
        "pair": pair_of(form, [one.entry.slug for one in columns]),
        "groups": [(group, list(rows)) for group, rows in groupby(found["rows"], key=lambda one: one[0].group)],
        "summary": None if form.then_seen else summary([told for _, told in issues]),
        "then": form.then_seen and form.then_seen.day,
        "lineage": _lineage(known, steps),
    }
    return render_page(request, "compare/proposals.html", form, context)


def _size_of_issue(row):
    """About how many elements the rows of an issue have: (issue, [(point, cells)])."""
    return sum(4 + sum(_size_in(cell, _size_of_cell) for cell in found) for _, found in row[1])


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
    old = _known_then(then, columns)
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


# Positions


@reads(PositionsForm)
def compare_positions(request, form):
    """Each party's latest stated position on each issue, and how many issues each two of them address.

    Of many parties those stand there that the reader chooses, else those that address most issues. Beside an earlier
    day, only what changed since has a row.
    """
    standing = queries.standing(form.seen, **form.filters)
    earlier = queries.standing(form.then_seen, **form.filters) if form.then_seen else None
    held = {*standing.latest, *(earlier.latest if earlier else ())}
    everyone, parties = parties_in_columns(form, Counter(party for _, party in held))
    shown = {party.pk for party in parties}
    held = [(issue, party) for issue, party in held if party in shown]
    issues = list(alphabetically(Issue.objects.filter(pk__in={issue for issue, _ in held})))
    rows = _positions_turned(form, issues, parties, earlier, standing) if earlier else []
    told = [row for row in rows if any(row.sayings)] if earlier else issues
    size, number = (TURNS if earlier else CELLS) // max(len(parties), 1), form.cleaned_data.get("page") or 1
    page = numbered_page(told, number, size, gettext("This list has no such page."))
    on_page = page if earlier else _position_rows(form.seen, page, parties, standing)
    context = {
        "parties": parties,
        "all_parties": everyone,
        "most": _points_shown(form, parties),
        "pair": pair_of(form, [party.slug for party in parties]),
        "page": page,
        "rows": [(row.about, row.cells if earlier else _across(row.cells)) for row in on_page],
        "shared": [] if earlier else shared(held, parties),
        "all_series": Process.objects.visible(form.seen).order_by("start", "slug"),
        "series": form.filters["process"],
        "then": form.then_seen and form.then_seen.day,
        "can_turn": True,
        "unchanged": [row.about for row in rows if not any(row.sayings)],
    }
    return render_page(request, "compare/positions.html", form, context)


def _position_rows(seen: Seen, issues, parties, standing):
    """A `Row` for each issue: the position of each party on it, by what `queries.standing` found."""
    asked = [(issue.pk, party.pk) for issue in issues for party in parties]
    positions = queries.positions_of(seen, standing, [key for key in asked if key in standing.latest])
    return [
        row("positions", issue, [positions.get((issue.pk, party.pk)) for party in parties], _demands)
        for issue in issues
    ]


def _positions_turned(form, issues, parties, earlier, standing):
    """The same `Row`s of what was known on the earlier day and is known now, side by side."""
    before = _position_rows(form.then_seen, issues, parties, earlier)
    now = _position_rows(form.seen, issues, parties, standing)
    return then_and_now(before, now, form.then_seen.day, reported_in)


def _points_shown(form, parties):
    """How many points of a proposal stand in a cell: the page must not grow too long, but any can be what changed.

    None for all.
    """
    return None if form.then_seen else 1 if len(parties) > PARTIES else 2


def _demands(paper):
    """Which proposal a position is from, and its demands in the words of each article."""
    return paper.known.entry.pk, [[folded(text.value) for text in point.provision.texts] for point in paper.points]


def _across(papers):
    """The `Cell`s of an issue; a joint paper lies across its parties, where these are neighbours."""
    held = {}
    for number, paper in enumerate(papers):
        if paper:
            held.setdefault(paper, []).append(number)
    return track.cells(list(held.items()), len(papers))[0] if held else []
