"""Rounds side by side."""

from django.http import Http404
from django.utils.translation import gettext

from talks import queries
from talks.models import KINDS, Round, Seen
from talks.models.translated import in_alphabet
from talks.public.forms.compare import CompareRoundsForm
from talks.public.pages import in_columns, reads, render_page
from talks.public.views.compare.shared import known_then, often, page_of, pair_of, size_in, what_can_be_compared
from talks.record import attendance
from talks.record.comparison import contrast, row, said_of_delegation, said_of_fact, spread, then_and_now
from talks.record.facts import folded
from talks.record.reported import reported_in
from talks.words.facts import fact_label, shown_facts

SIDE_BY_SIDE = 6  # rounds of a series on one page
LINE_BY_LINE = ("swaps", "proposals", "accounts")  # the rows of rounds whose cells grow with each article
ANSWERS = ("outcome",)  # the facts of a round that come before all else


@reads(CompareRoundsForm)
def compare_rounds(request, form):
    """Two to four rounds in columns, or all of a series; on demand only the rows that differ."""
    series = form.series
    known, choices = what_can_be_compared(form, Round, form.fields["r"].valid)
    chosen = [known[slug] for slug in form.chosen_slugs("r")]
    window = _of_series(form) if series else None
    columns = window.rounds if window else in_columns(chosen)
    before = form.previous_rounds(form.seen, columns)
    rows = round_rows(form, form.seen, columns, before)
    if form.then_seen:
        rows = then_and_now(_rows_then(form, columns), rows, form.then_seen.day, reported_in)
        shown, beside = _turned(rows)
    else:
        shown, beside = _side_by_side(rows, several=len(columns) > 1, only_differences=form.only_differences)
    context = {
        "columns": columns,
        "pair": pair_of(form, [one.entry.slug for one in columns]),
        "about": [one.entry.pk for one in columns] or None,
        "chosen": {one.entry.pk for one in columns},
        "choices": choices,
        "often": often(form.seen, choices, queries.MANY),
        "series": series,
        "window": window,
        **page_of(form, shown, _size_of_row),
        **beside,
        "hidden": sum(row.same for row in rows),
        "presets": [(one, before[one.entry.pk]) for one in columns if one.entry.pk in before],
        "then": form.then_seen and form.then_seen.day,
    }
    return render_page(request, "compare/rounds.html", form, context)


def _side_by_side(rows, *, several, only_differences):
    """(the rows of the table, what the page says beside it: what is alike in all columns, and what differs)."""
    in_one_line = [row for row in rows if _folds(row)] if several and not only_differences else []
    shown = [row for row in rows if not (row.same and (only_differences or (several and _folds(row))))]
    return shown, {
        "alike": [row for row in in_one_line if row.told],
        "untold": [row for row in in_one_line if not row.told],
        "contrast": contrast(rows) if several else None,
        "unchanged": [],
    }


def _turned(rows):
    """(the rows in which something changed since the earlier day, the others)."""
    unchanged = [row for row in rows if not any(row.sayings)]
    return [row for row in rows if any(row.sayings)], {
        "alike": [],
        "untold": [],
        "contrast": None,
        "unchanged": unchanged,
    }


def _size_of_row(row):
    """About how many elements a row of a comparison of rounds has."""
    return sum(size_in(cell, lambda one: 3 + 4 * _set_apart(row, one)) for cell in row.cells)


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


def _rows_then(form, columns):
    """The `Row`s of these columns as they were known then, with nothing of a round that was not."""
    then = form.then_seen
    old = known_then(then, columns)
    known = [one for one in old if one]
    places = [known.index(one) if one else None for one in old]
    return [spread(row, places) for row in round_rows(form, then, known, form.previous_rounds(then, known))]


def _folds(row):
    """True if a row needs no columns: a fact that is the same in all, or something that no article reports."""
    return row.same and (row.sort == "facts" or not row.told)


def round_rows(form, seen: Seen, columns, before):
    """The `Row`s of a comparison of rounds, the answer first: what came of it, who led, what was agreed and tabled.

    Then what each side said, the delegations, the interval and the other facts.
    """
    pks, slugs = [one.entry.pk for one in columns], [one.entry.slug for one in columns]
    facts = fact_rows(Round.KIND, columns, queries.names_in(seen, columns, form.named))
    answers = [one for field, one in facts if field in ANSWERS]
    delegations = form.parts.reported(queries.delegations_of, seen, pks)
    return [
        *answers,
        _led_row(pks, delegations),
        *_entry_rows(form, seen, slugs),
        *account_rows(form, seen, pks),
        *_delegation_rows(pks, delegations),
        row("interval", None, [before.get(pk) for pk in pks], said=lambda one: one.entry.pk),
        *(one for field, one in facts if field not in ANSWERS),
    ]


def account_rows(form, seen: Seen, pks):
    """A `Row` for each party: what it said of each entry."""
    accounts = form.parts.reported(queries.accounts_of, seen, pks)
    return [row("accounts", party, cells, _texts) for party, cells in _by_party(pks, accounts)]


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


def _entry_rows(form, seen: Seen, slugs):
    """The `Row`s of the swaps agreed at each round with their transfers, and of the proposals tabled there."""
    naming = queries.named_by(seen, ["presented_at", "agreed_at"], slugs, form.cards)
    tabled, agreed = ([naming.get((field, slug), []) for slug in slugs] for field in ("presented_at", "agreed_at"))
    swaps = [[(card.known, card.transfers) for card in of_round] for of_round in agreed]
    tabled = [[card.known for card in of_round] for of_round in tabled]
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
