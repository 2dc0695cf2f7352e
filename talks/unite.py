"""Makes two rows one, and gives a row another slug: whatever named the old one names the other from then on.

`plan` says what a merge would do and what stands against it, and writes nothing; `merge` does it. `rename` gives a row
another slug. Old slugs stay behind as `FormerSlug`: their addresses redirect, and files may still use them.
"""

import hashlib
from dataclasses import dataclass, field

from django.db import models, transaction
from django.db.models import F, Max, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext

from talks.changes import note_changes, states_of
from talks.files import rows
from talks.files.former import (
    NAMED,
    all_paragraphs,
    in_columns,
    in_fact,
    in_facts,
    in_filed,
    in_row,
    named_by,
    same_report,
    sort_of,
)
from talks.models import (
    KINDS,
    REPORTS,
    Article,
    Change,
    Citation,
    Delegate,
    Delegation,
    Entry,
    FormerSlug,
    Party,
    Person,
    Placement,
    Proposal,
    Provision,
    Publication,
    Revision,
    Transfer,
    Wording,
)
from talks.models.standing import Tie
from talks.settle import by_kind, reword, settle
from talks.words import LABELS, all_of

BATCH = 500
DERIVED = (Tie, Placement, Wording)  # follow from reports; `settle` writes them
EARLIER = {"supersedes": "superseded_by", "answers": "answered_by"}  # what a proposal says of another one
LISTED = (Delegate, Provision)  # rows that have a place in a list
OF_ITS_OWN = ("title", "summary")  # what an editor chose for these was said of one of the two rows


@dataclass
class Pair:
    """Two rows of one article that a merge makes one: `rows` is {pk: flat row}, in the order in which they were made.

    `same`: they say the same, so one of them goes. Otherwise an editor says which one stays.
    """

    model: type
    article: str
    rows: dict

    @property
    def name(self):
        return f"{self.model._meta.model_name}-{'-'.join(map(str, self.rows))}"

    @property
    def same(self):
        one, other = self.rows.values()
        return same_report(self.model, one.key, one.values, other.values)

    @property
    def differing(self):
        """The columns in which the two differ."""
        one, other = (row.values for row in self.rows.values())
        return [name for name in one if one[name] != other[name] and name != "order"]


@dataclass
class Plan:
    """What it means to merge the row `old` into the row `keep`.

    `moves`: {(model, column): the rows that name `old` there}; `cited`: how many citations name it by its slug;
    `pairs`: rows that become one; `refusals`: sentences on why it cannot be done; `warnings`: what to think of.
    """

    keep: models.Model
    old: models.Model
    moves: dict = field(default_factory=dict)
    cited: int = 0
    pairs: list = field(default_factory=list)
    refusals: list = field(default_factory=list)
    warnings: list = field(default_factory=list)

    @property
    def asked(self):
        """The pairs of which an editor says which row stays."""
        return [pair for pair in self.pairs if not pair.same]

    @property
    def makes_public(self):
        """True if what is reported of an entry that is not public comes to one that is."""
        either = (self.old, self.keep)
        return isinstance(self.keep, Entry) and [one.publication == "published" for one in either] == [False, True]

    @property
    def seen(self):
        """A text that is another one as soon as what an editor saw of the plan has changed."""
        told = [(model.__name__, column, list(pks)) for (model, column), pks in self._moving()]
        return hashlib.sha256(repr((told, self.cited, self.pairs)).encode()).hexdigest()

    def _moving(self):
        return ((place, moving.values_list("pk", flat=True)) for place, moving in self.moves.items())

    @property
    def now(self):
        """{model: {old slug: slug that stays}}."""
        return {sort_of(type(self.keep)): {self.old.slug: self.keep.slug}}


def holders(model):
    """(model, column) of all that refers to rows of a model and does not just follow from reports."""
    for relation in model._meta.related_objects:
        if relation.one_to_many and not issubclass(relation.related_model, DERIVED):
            yield relation.related_model, relation.field.name


# What a merge would do


def plan(keep, old):
    """The `Plan` of merging `old` into `keep`, which are of one model."""
    found = Plan(keep, old)
    for model, column in holders(type(keep)):
        held = _going_along(model.objects.filter(**{column: old.pk}).order_by("pk"), old)
        if held.exists():
            found.moves[model, column] = held
    found.cited = len(_citations_to_rewrite(found.now))
    found.pairs = list(_pairs(found))
    found.refusals = [*_transfers_to_itself(found), *_second_heads(found), *_proposals_on_themselves(found)]
    found.warnings = list(_warnings(found))
    return found


def _going_along(held, old):
    """Of the rows that refer to `old`, those that go along.

    What readers were told of an entry that is not public now must not show again under one that is, nor that it was
    withdrawn.
    """
    if held.model is not Change:
        return held
    return held.exclude(sort=Change.Sort.WITHDRAWN) if old.publication == Publication.PUBLISHED else held.none()


def _pairs(found):
    sort, slugs = sort_of(type(found.keep)), [found.keep.slug, found.old.slug]
    for model, lookups in rows.KEYS.items():
        naming = [Q((f"{lookup}__in", slugs)) for lookup in lookups if named_by(model, lookup) is sort]
        if not naming:
            continue
        together = {}
        columns = ("article__slug", "pk", *lookups, *rows.VALUES[model])
        of_either = model.objects.filter(Q(*naming, _connector=Q.OR)).order_by("pk").values_list(*columns)
        for article, pk, *values in of_either:
            values = [rows.plain(value) for value in values]
            key, rest = tuple(values[: len(lookups)]), values[len(lookups) :]
            row = rows.Row((), model, key, dict(zip(rows.VALUES[model], rest, strict=True)))
            together.setdefault((article, in_row(row, found.now).key), {})[pk] = row
        for (article, _), several in together.items():
            if len(several) > 1:
                yield Pair(model, article, several)


def _transfers_to_itself(found):
    if not isinstance(found.keep, Party):
        return
    both = [found.keep.pk, found.old.pk]
    between = Transfer.objects.filter(from_party__in=both, to_party__in=both).select_related("swap")
    for swap in dict.fromkeys(row.swap for row in between):
        told = gettext(
            "“%(entry)s” reports a transfer between the two, and nobody hands over to themselves. "
            "Correct that transfer first."
        )
        yield told % {"entry": swap}


def _second_heads(found):
    """Delegations that become one and of which articles name two people as head."""
    delegations = {pk: pair for pair in found.pairs if pair.model is Delegation for pk in pair.rows}
    heads = {}
    named = Delegate.objects.filter(delegation__in=delegations, head=True) if delegations else ()
    for delegate in named and named.select_related("person", "delegation__round").order_by("pk"):
        pair = delegations[delegate.delegation_id]
        heads.setdefault(pair.name, []).append(delegate)
    for several in heads.values():
        if len({delegate.person_id for delegate in several}) > 1:
            told = gettext(
                "“%(entry)s”: %(people)s would both be head of one delegation, by the same article (%(article)s). "
                "Correct one of them first."
            )
            people = all_of(str(delegate.person) for delegate in several)
            article = delegations[several[0].delegation_id].article
            yield told % {"entry": several[0].delegation.round, "people": people, "article": article}


def _proposals_on_themselves(found):
    keep, old = found.keep, found.old
    if not isinstance(keep, Proposal):
        return
    sides = {keep.pk: old, old.pk: keep}
    said = Citation.objects.filter(entry__in=sides, field__in=EARLIER).order_by("pk")
    naming = {row.field for row in said if row.value == sides[row.entry_id].slug}
    naming |= {fact for fact in EARLIER for one in sides.values() if getattr(one, f"{fact}_id") in sides}
    if naming:
        yield gettext(
            "One of the two supersedes or answers the other, and no proposal does that to itself. "
            "Correct that fact first."
        )


def _warnings(found):
    keep, old = found.keep, found.old
    if not isinstance(keep, Entry):
        return
    if found.makes_public:
        yield gettext("“%(old)s” is not public. What is reported of it will be, with “%(keep)s”.") % {
            "old": old,
            "keep": keep,
        }
    if old.publication == "published" and keep.publication != "published":
        yield gettext("“%(keep)s” is not public, so the page of “%(old)s” will be gone until it is published.") % {
            "old": old,
            "keep": keep,
        }
    if (Citation, "entry") not in found.moves:
        yield gettext("No article is cited for “%(old)s”. What is filled in on its page goes with it.") % {"old": old}
    for fact, value in old.chosen.items():
        if fact in OF_ITS_OWN or fact in keep.chosen:
            told = gettext("An editor chose “%(value)s” for “%(fact)s” of “%(old)s”. That choice goes.")
            yield told % {"value": value, "fact": LABELS.get(fact, fact), "old": old}


# Doing it


@transaction.atomic
def merge(found, stays, reason):
    """Do what a `Plan` without refusals says. `stays`: {name of a pair: pk of the row that stays} for those asked."""
    keep, old = found.keep, found.old
    why = f"“{old.slug}” merged into “{keep.slug}”: {reason}"
    touched = _entries_of(found)
    said = states_of(touched | _entries_citing(found.now) | ({keep.pk} if isinstance(keep, Entry) else set()))
    if isinstance(keep, Entry):
        told = Change.objects.filter(entry=old.pk)
        told.exclude(pk__in=_going_along(told, old).values("pk")).delete()
    stayed = _unite_pairs(found, stays, why)
    for model, column in holders(type(keep)):
        _repoint(model, column, old.pk, keep.pk, why)
    _number_anew(found, stayed, why)
    touched |= _rewrite(found.now, why)
    _join(keep, old, found.now, why)
    if isinstance(keep, Entry):
        touched = (touched | {keep.pk}) - {old.pk}
    settle(dict.fromkeys(touched, why))
    _leave_behind(old.slug, keep, why)
    old._change_reason = why
    old.delete()
    if isinstance(keep, Person):
        reword({Person: [keep.pk]}, why)
    note_changes(said)
    Revision.advance()


def _entries_citing(now):
    """The pks of the entries whose citations name one of these slugs."""
    return {citation.entry_id for citation in _citations_to_rewrite(now)}


def _entries_of(found):
    """The pks of the entries of which a row moves or becomes one."""
    entries = set()
    for (model, _), moving in found.moves.items():
        if model in REPORTS:
            entries |= set(moving.values_list(model.ENTRY, flat=True))
        elif issubclass(model, Entry):
            entries |= set(moving.values_list("pk", flat=True))
    return entries


def _unite_pairs(found, stays, why):
    """Make each pair one row; {model: [pk, …]} of those that stay. People move before their delegation goes."""
    _put_lists_in_a_row(found)
    stayed, going = {model: [] for model in REPORTS}, {model: [] for model in REPORTS}
    for pair in found.pairs:
        two = pair.model.objects.in_bulk(pair.rows)
        stay = two.pop(next(iter(pair.rows)) if pair.same else stays[pair.name])
        (gone,) = two.values()
        before = stay.paragraphs, getattr(stay, "order", None)
        if pair.same:
            stay.paragraphs = all_paragraphs(*(row.values for row in pair.rows.values()))
        if pair.model in LISTED:
            stay.order = min(stay.order, gone.order)
        if (stay.paragraphs, getattr(stay, "order", None)) != before:
            stay._change_reason = why
            stay.save()
        stayed[pair.model].append(stay.pk)
        going[pair.model].append((gone, stay.pk))
    for model in reversed(REPORTS):  # what belongs to a row before the row
        for gone, stay in going[model]:
            if model is Delegation:
                _repoint(Delegate, "delegation", gone.pk, stay, why)
            gone._change_reason = why
            gone.delete()
    return stayed


def _put_lists_in_a_row(found):
    """Let the places in a list that moves into another follow the places there, as their rows were made."""
    for pair in found.pairs:
        if pair.model is Delegation:
            _put_behind(*(Delegate.objects.filter(delegation=pk) for pk in sorted(pair.rows)))
    if isinstance(found.keep, Proposal):
        one, other = (Provision.objects.filter(proposal=pk) for pk in sorted([found.keep.pk, found.old.pk]))
        for article in set(one.values_list("article", flat=True)):
            _put_behind(one.filter(article=article), other.filter(article=article))


def _put_behind(first, second):
    last = first.aggregate(last=Max("order"))["last"]
    if last is not None:
        second.update(order=F("order") + last + 1)


def _number_anew(found, stayed, why):
    """Give the lists that became shorter, or one list of two, their places in order, as a file would."""
    shorter = Delegate.objects.filter(pk__in=stayed[Delegate]).values_list("delegation", flat=True)
    for pk in {*stayed[Delegation], *shorter}:
        _number(Delegate.objects.filter(delegation=pk), why)
    if isinstance(found.keep, Proposal):
        provisions = Provision.objects.filter(proposal=found.keep)
        for article in set(provisions.values_list("article", flat=True)):
            _number(provisions.filter(article=article), why)


def _number(listed, why):
    moved = []
    for place, row in enumerate(listed.order_by("order", "pk")):
        if row.order != place:
            row.order = place
            moved.append(row)
    listed.model.objects.bulk_update(moved, ["order"])
    _note(listed.model, [row.pk for row in moved], why)


def _repoint(model, column, old, keep, why):
    """Let the rows of `model` that refer to `old` (pk) in this column refer to `keep`, in the past as well.

    An earlier version that refers to a row that is gone could be neither read nor restored.
    """
    moving = list(model.objects.filter(**{column: old}).values_list("pk", flat=True))
    for some in _batches(moving):
        model.objects.filter(pk__in=some).update(**{column: keep})
    if hasattr(model, "history"):
        model.history.filter(**{f"{column}_id": old}).update(**{f"{column}_id": keep})
        _note(model, moving, why)


def _note(model, pks, why):
    """Note in the history that these rows of a model were changed."""
    for some in _batches(pks):
        model.history.bulk_history_create(
            list(model.objects.filter(pk__in=some).order_by("pk")), update=True, default_change_reason=why
        )


def _join(keep, old, now, why):
    """Give `keep` what is said of `old` alone: other spellings, editors' choices. Its history tells of the merge."""
    if isinstance(keep, Person):
        spellings = dict.fromkeys([*keep.aliases, old.name, *old.aliases])
        keep.aliases = [name for name in spellings if name != keep.name]
    if isinstance(keep, Entry):
        keep = type(keep).objects.get(pk=keep.pk)
        own = {fact: value for fact, value in old.chosen.items() if fact not in OF_ITS_OWN}
        keep.chosen = in_facts(own, now) | keep.chosen
    keep._change_reason = why
    keep.save()


@transaction.atomic
def rename(row, slug, reason):
    """Give a row another slug. One that it once had is no former slug any more."""
    before, why = row.slug, f"“{row.slug}” is “{slug}” now: {reason}"
    for former in FormerSlug.objects.of(type(row)).filter(slug=slug):
        former._change_reason = why
        former.delete()
    row.slug = slug
    row._change_reason = why
    row.save()
    touched = _rewrite({sort_of(type(row)): {before: slug}}, why)
    if isinstance(row, Article):  # of reports of one day, slugs of articles say which comes first
        for model in REPORTS:
            touched |= set(model.objects.filter(article=row).values_list(model.ENTRY, flat=True))
    settle(dict.fromkeys(touched, why))
    _leave_behind(before, row, why)
    Revision.advance()


def _leave_behind(slug, row, why):
    former = FormerSlug(slug=slug, **{FormerSlug.owner_of(type(row)): row})
    former._change_reason = why
    former.save()


# Slugs in texts


def _rewrite(now, why):
    """Put the slugs `now` into all that holds slugs as text; the pks of the entries whose reports or choices changed.

    What files said at the last load is no change of the record, so it has no history.
    """
    changed = _citations_to_rewrite(now)
    for citation in changed:
        citation.value = in_fact(citation.field, citation.value, now)
    Citation.objects.bulk_update(changed, ["value"], batch_size=BATCH)
    _note(Citation, [citation.pk for citation in changed], why)
    chosen = _rewrite_choices(now, why)
    _rewrite_filed(now)
    return {citation.entry_id for citation in changed} | chosen


def _citations_to_rewrite(now):
    (sort, slugs), *_ = now.items()
    facts = [fact for fact, model in NAMED.items() if model is sort]
    naming = [Q(value__contains=slug) for slug in slugs]
    named = Citation.objects.filter(Q(*naming, _connector=Q.OR), field__in=facts)
    return [citation for citation in named if in_fact(citation.field, citation.value, now) != citation.value]


def _rewrite_choices(now, why):
    decided = dict(Entry.objects.exclude(chosen={}).values_list("pk", "chosen"))
    pks = [pk for pk, chosen in decided.items() if in_facts(chosen, now) != chosen]
    for kind, its_pks in by_kind(pks).items():
        for entry in KINDS[kind].objects.filter(pk__in=its_pks):
            entry.chosen = in_facts(entry.chosen, now)
            entry._change_reason = why
            entry.save()
    return set(pks)


def _rewrite_filed(now):
    for article in _filed(Article, now):
        Article.objects.filter(pk=article.pk).update(filed=in_filed(article.filed, now))
    for model, (_, names) in rows.VOCABULARY.items():
        if any(named_by(model, name) in now for name in names):
            for row in _filed(model, now):
                model.objects.filter(pk=row.pk).update(filed=in_columns(model, row.filed, now))


def _filed(model, now):
    """The rows of a model whose file names one of these slugs, or something that contains one."""
    naming = [Q(filed_text__contains=slug) for slugs in now.values() for slug in slugs]
    found = model.objects.exclude(filed=None).alias(filed_text=Cast("filed", models.TextField()))
    for some in _batches(found.filter(Q(*naming, _connector=Q.OR)).values_list("pk", flat=True)):
        yield from model.objects.filter(pk__in=some).only("filed")


def _batches(pks):
    pks = list(pks)
    return (pks[start : start + BATCH] for start in range(0, len(pks), BATCH))
