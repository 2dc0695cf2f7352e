"""Makes two rows one: whatever named the old one names the other from then on.

`plan` says what a merge would do and what stands against it, and writes nothing; `merge` does it. The old slug stays
behind as a `FormerSlug`: its address redirects, and files may still use it.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import F, Max, Q, QuerySet
from django.utils.translation import gettext

from talks.derived.changes import note_changes, states_of
from talks.derived.reports import batches
from talks.derived.rewording import reword
from talks.derived.settle import settle
from talks.editing.slugs import Model, Slugs, citations_to_rewrite, leave_behind, note_in_history, rewrite
from talks.files import rows
from talks.files.former import all_paragraphs, in_facts, in_row, named_by, same_report
from talks.models import (
    KINDS,
    REPORTS,
    Change,
    Citation,
    Delegate,
    Delegation,
    Entry,
    Party,
    Person,
    Placement,
    Proposal,
    Provision,
    Publication,
    Revision,
    Transfer,
    Wording,
    sort_of,
)
from talks.models.history import delete, history_of, save
from talks.models.standing import Tie
from talks.models.writing import writing
from talks.words.facts import fact_labels
from talks.words.language import all_of

DERIVED = (Tie, Placement, Wording)  # follow from reports; `settle` writes them
EARLIER = {"supersedes": "superseded_by", "answers": "answered_by"}  # what a proposal says of another one
LISTED = (Delegate, Provision)  # rows that have a place in a list
OF_ITS_OWN = ("title", "summary")  # what an editor chose for these was said of one of the two rows


@dataclass
class Pair:
    """Two rows of one article that a merge makes one: `rows` is {pk: flat row}, in the order in which they were made.

    `same`: they say the same, so one of them goes. Otherwise an editor says which one stays.
    """

    model: Model
    article: str
    rows: dict[int, rows.Row]

    @property
    def name(self) -> str:
        return f"{self.model._meta.model_name}-{'-'.join(map(str, self.rows))}"

    @property
    def same(self) -> bool:
        one, other = self.rows.values()
        return same_report(self.model, one.key, one.values, other.values)

    @property
    def differing(self) -> list[str]:
        """The columns in which the two differ."""
        one, other = (row.values for row in self.rows.values())
        return [name for name in one if one[name] != other[name] and name != "order"]


@dataclass
class Plan:
    """What it means to merge the row `old` into the row `keep`.

    `moves`: {(model, column): the rows that name `old` there}; `cited`: how many citations name it by its slug;
    `pairs`: rows that become one; `refusals`: sentences on why it cannot be done; `warnings`: what to think of.
    """

    keep: Any
    old: Any
    moves: dict[tuple[Model, str], QuerySet[Any]] = field(default_factory=dict)
    cited: int = 0
    pairs: list[Pair] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def undecided(self) -> list[Pair]:
        """The pairs of which an editor says which row stays."""
        return [pair for pair in self.pairs if not pair.same]

    @property
    def makes_public(self) -> bool:
        """True if what is reported of an entry that is not public comes to one that is."""
        public = Publication.PUBLISHED
        return isinstance(self.keep, Entry) and self.keep.publication == public != self.old.publication

    @property
    def seen(self) -> str:
        """A text that is another one as soon as what an editor saw of the plan has changed."""
        moves = [
            (model.__name__, column, list(moving.values_list("pk", flat=True)))
            for (model, column), moving in self.moves.items()
        ]
        return hashlib.sha256(repr((moves, self.cited, self.pairs)).encode()).hexdigest()

    @property
    def now(self) -> Slugs:
        """{model: {old slug: slug that stays}}."""
        return {sort_of(type(self.keep)): {self.old.slug: self.keep.slug}}


def holders(model: Model) -> Iterator[tuple[Model, str]]:
    """(model, column) of all that refers to rows of a model and does not just follow from reports."""
    for relation in model._meta.related_objects:
        if relation.one_to_many and not issubclass(relation.related_model, DERIVED):
            # An entry has its history as one of its kind.
            sorts = KINDS.values() if relation.related_model is Entry else [relation.related_model]
            yield from ((sort, relation.field.name) for sort in sorts)


def plan(keep: models.Model, old: models.Model) -> Plan:
    """The `Plan` of merging `old` into `keep`, which are of one model."""
    planned = Plan(keep, old)
    for model, column in holders(type(keep)):
        held = _going_along(model._default_manager.filter(**{column: old.pk}).order_by("pk"), old)
        if held.exists():
            planned.moves[model, column] = held
    planned.cited = len(citations_to_rewrite(planned.now))
    planned.pairs = list(_pairs(planned))
    planned.refusals = [*_transfers_to_itself(planned), *_second_heads(planned), *_entries_on_themselves(planned)]
    planned.warnings = list(_warnings(planned))
    return planned


def _going_along(held: QuerySet[Any], old: Any) -> QuerySet[Any]:
    """Of the rows that refer to `old`, those that go along.

    What readers were told of an entry that is not public now must not show again under one that is, nor that it was
    withdrawn.
    """
    if held.model is not Change:
        return held
    return held.exclude(sort=Change.Sort.WITHDRAWN) if old.publication == Publication.PUBLISHED else held.none()


def _pairs(plan: Plan) -> Iterator[Pair]:
    sort, slugs = sort_of(type(plan.keep)), [plan.keep.slug, plan.old.slug]
    for model, lookups in rows.KEYS.items():
        naming = [Q((f"{lookup}__in", slugs)) for lookup in lookups if named_by(model, lookup) is sort]
        if not naming:
            continue
        together: dict[tuple, dict[int, rows.Row]] = {}
        columns = ("article__slug", "pk", *lookups, *rows.VALUES[model])
        of_either = model._default_manager.filter(Q(*naming, _connector=Q.OR)).order_by("pk").values_list(*columns)
        for article, pk, *stored in of_either:
            values = [rows.plain(value) for value in stored]
            key, rest = tuple(values[: len(lookups)]), values[len(lookups) :]
            row = rows.Row((), model, key, dict(zip(rows.VALUES[model], rest, strict=True)))
            together.setdefault((article, in_row(row, plan.now).key), {})[pk] = row
        for (article, _), several in together.items():
            if len(several) > 1:
                yield Pair(model, article, several)


def _transfers_to_itself(plan: Plan) -> Iterator[str]:
    if not isinstance(plan.keep, Party):
        return
    both = [plan.keep.pk, plan.old.pk]
    between = Transfer.objects.filter(from_party__in=both, to_party__in=both).select_related("swap")
    for swap in dict.fromkeys(row.swap for row in between):
        sentence = gettext(
            "“%(entry)s” reports a transfer between the two, and nobody hands over to themselves. "
            "Correct that transfer first."
        )
        yield sentence % {"entry": swap}


def _second_heads(plan: Plan) -> Iterator[str]:
    """Delegations that become one and of which articles name two people as head."""
    delegations = {pk: pair for pair in plan.pairs if pair.model is Delegation for pk in pair.rows}
    heads: dict[str, list[Delegate]] = {}
    named = Delegate.objects.filter(delegation__in=delegations, head=True) if delegations else Delegate.objects.none()
    for delegate in named.select_related("person", "delegation__round").order_by("pk"):
        pair = delegations[delegate.delegation_id]
        heads.setdefault(pair.name, []).append(delegate)
    for several in heads.values():
        if len({delegate.person_id for delegate in several}) > 1:
            sentence = gettext(
                "“%(entry)s”: %(people)s would both be head of one delegation, by the same article (%(article)s). "
                "Correct one of them first."
            )
            people = all_of(str(delegate.person) for delegate in several)
            article = delegations[several[0].delegation_id].article
            yield sentence % {"entry": several[0].delegation.round, "people": people, "article": article}


def _entries_on_themselves(plan: Plan) -> Iterator[str]:
    keep, old = plan.keep, plan.old
    if not isinstance(keep, Entry):
        return
    sides = {keep.pk: old, old.pk: keep}
    earlier = ["after", *(EARLIER if isinstance(keep, Proposal) else ())]
    cited = Citation.objects.filter(entry__in=sides, field__in=earlier).order_by("pk")
    naming = {row.field for row in cited if row.value == sides[row.entry_id].slug}
    naming |= {fact for fact in earlier for side in sides.values() if getattr(side, f"{fact}_id") in sides}
    if "after" in naming:
        yield gettext("One of the two comes after the other, and no entry comes after itself. Correct that fact first.")
    if naming - {"after"}:
        yield gettext(
            "One of the two supersedes or answers the other, and no proposal does that to itself. "
            "Correct that fact first."
        )


def _warnings(plan: Plan) -> Iterator[str]:
    keep, old = plan.keep, plan.old
    if not isinstance(keep, Entry):
        return
    if plan.makes_public:
        yield gettext("“%(old)s” is not public. What is reported of it will be, with “%(keep)s”.") % {
            "old": old,
            "keep": keep,
        }
    if old.publication == "published" and keep.publication != "published":
        yield gettext("“%(keep)s” is not public, so the page of “%(old)s” will be gone until it is published.") % {
            "old": old,
            "keep": keep,
        }
    if (Citation, "entry") not in plan.moves:
        yield gettext("No article is cited for “%(old)s”. What is filled in on its page goes with it.") % {"old": old}
    labels = fact_labels()
    for fact, value in old.chosen.items():
        if fact in OF_ITS_OWN or fact in keep.chosen:
            sentence = gettext("An editor chose “%(value)s” for “%(fact)s” of “%(old)s”. That choice goes.")
            yield sentence % {"value": value, "fact": labels.get(fact, fact), "old": old}


@writing()
def merge(plan: Plan, stays: Mapping[str, int], reason: str) -> None:
    """Do what a `Plan` without refusals says. `stays`: {name of a pair: pk of the row that stays} for those asked."""
    keep, old = plan.keep, plan.old
    why = f"“{old.slug}” merged into “{keep.slug}”: {reason}"
    touched = _entries_of(plan)
    before = states_of(touched | _entries_citing(plan.now) | ({keep.pk} if isinstance(keep, Entry) else set()))
    if isinstance(keep, Entry):
        changes = Change.objects.filter(entry=old.pk)
        changes.exclude(pk__in=_going_along(changes, old).values("pk")).delete()
    stayed = _unite_pairs(plan, stays, why)
    for model, column in holders(type(keep)):
        _repoint(model, column, old.pk, keep.pk, why)
    _number_anew(plan, stayed, why)
    touched |= rewrite(plan.now, why)
    _join(keep, old, plan.now, why)
    if isinstance(keep, Entry):
        touched = (touched | {keep.pk}) - {old.pk}
    settle(dict.fromkeys(touched, why))
    leave_behind(old.slug, keep, why)
    delete(old, why)
    if isinstance(keep, Person):
        reword({Person: [keep.pk]}, why)
    note_changes(before)
    Revision.advance()


def _entries_citing(now: Slugs) -> set[int]:
    """The pks of the entries whose citations name one of these slugs."""
    return {citation.entry_id for citation in citations_to_rewrite(now)}


def _entries_of(plan: Plan) -> set[int]:
    """The pks of the entries of which a row moves or becomes one."""
    entries: set[int] = set()
    for (model, _), moving in plan.moves.items():
        if model in REPORTS:
            entries |= set(moving.values_list(model.ENTRY, flat=True))
        elif issubclass(model, Entry):
            entries |= set(moving.values_list("pk", flat=True))
    return entries


def _unite_pairs(plan: Plan, stays: Mapping[str, int], why: str) -> dict[Model, list[int]]:
    """Make each pair one row; {model: [pk, …]} of those that stay. People move before their delegation goes."""
    _put_lists_in_a_row(plan)
    stayed: dict[Model, list[int]] = {model: [] for model in REPORTS}
    going: dict[Model, list[tuple[Any, int]]] = {model: [] for model in REPORTS}
    for pair in plan.pairs:
        two: dict[int, Any] = pair.model._default_manager.in_bulk(pair.rows)
        stay = two.pop(next(iter(pair.rows)) if pair.same else stays[pair.name])
        (gone,) = two.values()
        before = stay.paragraphs, getattr(stay, "order", None)
        if pair.same:
            stay.paragraphs = all_paragraphs(*(row.values for row in pair.rows.values()))
        if pair.model in LISTED:
            stay.order = min(stay.order, gone.order)
        if (stay.paragraphs, getattr(stay, "order", None)) != before:
            save(stay, why)
        stayed[pair.model].append(stay.pk)
        going[pair.model].append((gone, stay.pk))
    for model in reversed(REPORTS):  # what belongs to a row before the row
        for gone, stay_pk in going[model]:
            if model is Delegation:
                _repoint(Delegate, "delegation", gone.pk, stay_pk, why)
            delete(gone, why)
    return stayed


def _put_lists_in_a_row(plan: Plan) -> None:
    """Let the places in a list that moves into another follow the places there, as their rows were made."""
    for pair in plan.pairs:
        if pair.model is Delegation:
            _put_behind(*(Delegate.objects.filter(delegation=pk) for pk in sorted(pair.rows)))
    if isinstance(plan.keep, Proposal):
        one, other = (Provision.objects.filter(proposal=pk) for pk in sorted([plan.keep.pk, plan.old.pk]))
        for article in set(one.values_list("article", flat=True)):
            _put_behind(one.filter(article=article), other.filter(article=article))


def _put_behind(first: QuerySet[Any], second: QuerySet[Any]) -> None:
    last = first.aggregate(last=Max("order"))["last"]
    if last is not None:
        second.update(order=F("order") + last + 1)


def _number_anew(plan: Plan, stayed: Mapping[Model, list[int]], why: str) -> None:
    """Give the lists that became shorter, or one list of two, their places in order, as a file would."""
    shorter = Delegate.objects.filter(pk__in=stayed[Delegate]).values_list("delegation", flat=True)
    for pk in {*stayed[Delegation], *shorter}:
        _number(Delegate.objects.filter(delegation=pk), why)
    if isinstance(plan.keep, Proposal):
        provisions = Provision.objects.filter(proposal=plan.keep)
        for article in set(provisions.values_list("article", flat=True)):
            _number(provisions.filter(article=article), why)


def _number(listed: QuerySet[Any], why: str) -> None:
    moved = []
    for place, row in enumerate(listed.order_by("order", "pk")):
        if row.order != place:
            row.order = place
            moved.append(row)
    listed.model._default_manager.bulk_update(moved, ["order"])
    note_in_history(listed.model, [row.pk for row in moved], why)


def _repoint(model: Model, column: str, old: int, keep: int, why: str) -> None:
    """Let the rows of `model` that refer to `old` (pk) in this column refer to `keep`, in the past as well.

    An earlier version that refers to a row that is gone could be neither read nor restored.
    """
    moving = list(model._default_manager.filter(**{column: old}).values_list("pk", flat=True))
    for some in batches(moving):
        model._default_manager.filter(pk__in=some).update(**{column: keep})
    if hasattr(model, "history"):
        history_of(model).filter(**{f"{column}_id": old}).update(**{f"{column}_id": keep})
        note_in_history(model, moving, why)


def _join(keep: Any, old: Any, now: Slugs, why: str) -> None:
    """Give `keep` what is said of `old` alone: other spellings, editors' choices. Its history tells of the merge.

    Of an entry the translations go, since they are of a title and a summary that go.
    """
    if isinstance(keep, (Person, Party)):
        keep.translations = old.translations | keep.translations
        spellings = dict.fromkeys([*keep.aliases, old.name, *old.aliases, *old.other_names()])
        keep.aliases = [name for name in spellings if name not in (keep.name, *keep.other_names())]
    if isinstance(keep, Entry):
        keep = type(keep).objects.get(pk=keep.pk)
        own = {fact: value for fact, value in old.chosen.items() if fact not in OF_ITS_OWN}
        keep.chosen = in_facts(own, now) | keep.chosen
    save(keep, why)
