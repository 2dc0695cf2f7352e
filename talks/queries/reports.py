"""What articles report about entries, each as {entry pk: merged rows}."""

from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Value

from talks.derived.reports import entry_pk
from talks.models import (
    REPORTS,
    Account,
    Citation,
    Delegate,
    Delegation,
    Entry,
    Party,
    Provision,
    Seen,
    Sourced,
    Transfer,
    naming,
)
from talks.queries.known import LINEAGE, in_order_of_report, know_briefly
from talks.record import merged
from talks.record.facts import KnownEntry

Told = TypeVar("Told")


def rows_of_sort(
    seen: Seen, model: type[Sourced], entries: Iterable[int], *conditions: Exists, **about: Any
) -> dict[int, list]:
    """{entry pk: rows of `model`} in order of report; `conditions` and lookups (`about`): those that are wanted."""
    rows = (
        model.objects.filter(*conditions, **{f"{model.ENTRY}__in": entries}, **about).visible(seen).to_show().order_by()
    )
    return merged.grouped(in_order_of_report(rows.loaded()), entry_pk)


def delegations_of(seen: Seen, rounds: Iterable[int]) -> dict[int, list[merged.MergedDelegation]]:
    """{round pk: [MergedDelegation]}."""
    delegations = rows_of_sort(seen, Delegation, rounds)
    delegates = rows_of_sort(seen, Delegate, rounds)
    return {pk: merged.delegations(rows, delegates.get(pk, [])) for pk, rows in delegations.items()}


def rows_of_heads(seen: Seen, rows: Iterable[Delegate]) -> list[Delegate]:
    """All rows of whom articles name as heads at the rounds that one of these people is said to have led.

    By them `seats` tells where other articles name somebody else. Nobody is asked about where none of these led.
    """
    rounds = {row.delegation.round_id for row in rows if row.head}
    # Asked of each row of these rounds: a list of heads would be made of those of all rounds.
    as_head = Delegate.objects.filter(
        person=OuterRef("person"), delegation__round=OuterRef("delegation__round"), head=True
    )
    by_round = rows_of_sort(seen, Delegate, rounds, Exists(as_head))
    return [row for of_round in by_round.values() for row in of_round]


def transfers_of(seen: Seen, swaps: Iterable[int]) -> dict[int, list[merged.MergedTransfer]]:
    """{swap pk: [MergedTransfer]}."""
    transfers = rows_of_sort(seen, Transfer, swaps)
    return {pk: merged.transfers(rows) for pk, rows in transfers.items()}


def provisions_of(
    seen: Seen, proposals: Iterable[int], issues: Iterable[int] | None = None
) -> dict[int, list[merged.MergedProvision]]:
    """{proposal pk: [MergedProvision]}; with `issues` (pks), of these only."""
    provisions = rows_of_sort(seen, Provision, proposals, **({} if issues is None else {"issue__in": issues}))
    return {pk: merged.provisions(rows) for pk, rows in provisions.items()}


def accounts_of(seen: Seen, entries: Iterable[int]) -> dict[int, list[tuple[Party, list[Account]]]]:
    """{entry pk: [(party, its accounts)]}."""
    accounts = rows_of_sort(seen, Account, entries)
    return {pk: merged.by_party(rows) for pk, rows in accounts.items()}


def told_of(seen: Seen, entries: Iterable[int]) -> dict[int, list[Sourced]]:
    """{entry pk: its provisions, accounts and delegates}, unmerged."""
    rows_of: dict[int, list[Sourced]] = {}
    for model in (Provision, Account, Delegate):
        for pk, rows in rows_of_sort(seen, model, entries).items():
            rows_of.setdefault(pk, []).extend(rows)
    return rows_of


def named_by(
    seen: Seen,
    fields: Iterable[str],
    slugs: Collection[str],
    know_them: Callable[[Seen, Iterable[Entry]], list[Told]],
) -> dict[tuple[str, str], list[Told]]:
    """{(field, slug): entries} about which an article reports one of `slugs` for a field, by date.

    So ("presented_at", "geneva-2031-06-02") has the proposals tabled at that round; what nothing names has no list.
    Each is what `know_them` gives of it.
    """
    reports = Citation.objects.visible(seen).filter(naming(fields, slugs))
    rows = Entry.objects.visible(seen).filter(citations__in=reports).in_order()
    rows = list(rows.annotate(naming=F("citations__field"), named=F("citations__value")).distinct())
    entries = {row.pk: row for row in rows}
    known = dict(zip(entries, know_them(seen, entries.values()), strict=True))
    by_name: dict[tuple[str, str], list[Told]] = {}
    for row in rows:
        by_name.setdefault((row.naming, row.named), []).append(known[row.pk])
    return by_name


def followed_by(seen: Seen, proposal: str) -> dict[str, list[KnownEntry]]:
    """{fact of LINEAGE: [KnownEntry]} of the proposals that replace or answer this one (a slug), by date."""
    followers = named_by(seen, LINEAGE, [proposal], know_briefly)
    return {field: followers.get((field, proposal), []) for field in LINEAGE}


def lineage(seen: Seen, slugs: Collection[str]) -> set[tuple[str, str, str]]:
    """{(fact of LINEAGE, slug of the earlier, slug of the later)} of proposals that lead to these, or follow on them.

    One step each way; an article says of the later one that it replaces or answers the earlier.
    """
    reports = Citation.objects.visible(seen).values_list("field", "value", "entry__slug")
    forth = reports.filter(naming(LINEAGE, slugs))
    return set(forth.union(reports.filter(field__in=LINEAGE, entry__slug__in=slugs)))


def of_all_sorts(seen: Seen, group: Callable[[QuerySet], QuerySet]) -> list[tuple]:
    """What `group(rows)` gives of the visible reports of every sort, in one query; each must give the same columns."""
    first, *rest = (group(model.objects.visible(seen).order_by()) for model in REPORTS)
    return list(first.union(*rest, all=True))


def later_reports(seen: Seen, entries: Iterable[int] | None = None) -> int:
    """The number of reported rows that are later than the day shown and so left out: on these entries (pks), or all."""

    def count(rows: QuerySet) -> QuerySet:
        later = rows.filter(article__published__gt=seen.day)
        if entries is not None:
            later = later.filter(**{f"{rows.model.ENTRY}__in": entries})
        return later.values(all=Value(1)).annotate(rows=Count("pk")).values_list("rows")

    return sum(rows for (rows,) in of_all_sorts(Seen.now().previewing(seen.preview), count))
