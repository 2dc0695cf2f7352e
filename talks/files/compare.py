"""What must change so that the record says what is wanted; nothing here reads or writes the database.

Of each row there are three versions: `last`, what was wanted of it the last time, `wanted`, what is wanted now, and
`held`, what the record holds. A load wants what files say; its undo wants what the record held before. Where the record
still holds what was wanted last, the new word is written. Where it does not, an editor changed it, and that is kept.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import PurePath
from typing import Any, Literal, NamedTuple

from django.utils.translation import get_language

from talks.files.folded import Folded
from talks.files.held import Held
from talks.files.reader import Document, Problem
from talks.files.rows import Identity, Reported, Row, Values
from talks.models import Citation, Delegate, Delegation, Entry

WRITING_ORDER = ("create", "update", "remove")
MOVING = {"published", "publisher__slug", "agency__slug", "url"}  # columns of an article that its entries go by


# What is wanted


class Claim(NamedTuple):
    """What is wanted of a row that has a slug; `last` is None where it was not wanted the last time."""

    model: Any
    slug: str
    last: Values | None
    wanted: Values
    reason: str  # that the history gives
    former: tuple[str, ...] = ()  # slugs that it gets if it is made anew


class Unwanted(NamedTuple):
    """A row that has a slug and is not wanted any more."""

    model: Any
    slug: str
    last: Values
    reason: str
    file: PurePath | None = None  # in which it must stay if something uses it


class ArticleClaim(NamedTuple):
    """What is wanted of an article's rows, and of the article itself if that is asked."""

    slug: str
    document: Document
    reason: str
    last: dict[Identity, Values]
    wanted: dict[Identity, Row]
    itself: Claim | None = None


class Words(NamedTuple):
    """Why something is kept, in words."""

    removed: str
    changed: str
    differs: str
    no_entry: str
    no_delegation: str


BY_AN_EDITOR = Words(
    removed="an editor removed it",
    changed="an editor had a hand in it; the file no longer has it",
    differs="{column} is “{held}” by an editor, “{wanted}” in the file",
    no_entry="an editor removed {entry}",
    no_delegation="an editor removed it",
)


class Rules(NamedTuple):
    """Whose word counts: with `overwrite` that of the files, also over editors'. `words` tell what is kept."""

    overwrite: bool = False
    words: Words = BY_AN_EDITOR


# What follows for one row


class Ruling(NamedTuple):
    """What becomes of a row, and the values to write; what else differs is kept."""

    action: Literal["create", "update", "remove", "keep", ""]
    values: Values = {}


def ruling(last: Values | None, wanted: Values | None, held: Values | None, overwrite: bool = False) -> Ruling:
    """What becomes of one row:

    wanted  held  last       what becomes of it
    no      no               nothing: it is gone everywhere
    no      yes   no         nothing: it is an editor's own
    no      yes   as held    it is removed
    no      yes   otherwise  it is kept: an editor changed it
    yes     no    no         it is created
    yes     no    yes        it is kept away: an editor removed it
    yes     yes              each value that differs is updated if it was last as held, otherwise kept

    With `overwrite` nothing is kept.
    """
    if wanted is None:
        if held is None or last is None:
            return Ruling("")
        return Ruling("remove" if overwrite or held == last else "keep")
    if held is None:
        return Ruling("create", wanted) if overwrite or last is None else Ruling("keep")
    different = [name for name in wanted if held[name] != wanted[name]]
    free = [name for name in different if overwrite or (last is not None and held[name] == last.get(name))]
    if free:
        return Ruling("update", {name: wanted[name] for name in free})
    return Ruling("keep" if different else "")


def kept(ruled: Ruling, wanted: Values | None, held: Values | None, words: Words) -> str:
    """What the ruling keeps of the row as it is, and why; an empty text if nothing."""
    if ruled.action not in ("keep", "update"):
        return ""
    if held is None:
        return words.removed
    if wanted is None:
        return words.changed
    after = held | ruled.values
    return "; ".join(
        words.differs.format(column=name.removesuffix("__slug"), held=after[name], wanted=wanted[name])
        for name in wanted
        if after[name] != wanted[name]
    )


# What follows for all


class Change(NamedTuple):
    """What is to be done to one row. The key of vocabulary, articles and entries is their slug alone."""

    action: Literal["create", "update", "remove"]
    model: Any
    key: tuple
    values: Values = {}  # to write
    held: Values | None = None
    pk: int | None = None
    article: str = ""  # slug of the one that reports the row
    reason: str = ""  # that the history gives
    kind: str = ""  # of the entry that the row mentions
    draft: bool = False  # that entry, if it is new
    notable: bool = False  # the same
    former: tuple[str, ...] = ()

    @property
    def entry(self) -> str:
        """The slug of the entry that a reported row is about."""
        return self.key[0]

    @property
    def is_mention(self) -> bool:
        """True if the row reports an entry as such."""
        return self.model is Citation and not self.key[1]

    @property
    def name(self) -> str:
        """The row in words."""
        if issubclass(self.model, Entry):
            return f"{self.model.KIND} {self.key[0]}"
        name = f"{_noun(self.model, get_language())} {'/'.join(str(part) for part in self.key if part)}"
        return f"{name} ({self.article})" if self.article else name


@cache
def _noun(model: Any, language: str) -> str:
    """What rows of a model are called; a load says it of each."""
    return str(model._meta.verbose_name)


class Removal(NamedTuple):
    """Vocabulary or an article to remove if nothing uses it; a problem of this `file` otherwise, if there is one."""

    change: Change
    file: PurePath | None


class Decision(NamedTuple):
    """What editors had decided about an entry before a load, and what was left of that after it."""

    slug: str
    before: Values
    after: Values


@dataclass
class Changes:
    """All that is to be done, in the order in which it is told.

    A large load has nothing but new reported rows, half a million of them: they are folded, and read through.
    """

    others: list[Change] = field(default_factory=list)  # all but the new reported rows
    new: list[Sequence[Change]] = field(default_factory=list)  # these, a sequence for each article
    removals: list[Removal] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    filed: dict[tuple[Any, str], bytes] = field(default_factory=dict)
    # (model, slug) → what its file says, folded, to remember
    translations: dict[tuple[Any, str], dict[str, Values]] = field(default_factory=lambda: defaultdict(dict))
    # (model, slug) → {language: words to write}, also of rows that are new
    translated: list[tuple["Change", str]] = field(default_factory=list)  # those of rows that are there, with language
    said: dict[str, Any] = field(default_factory=dict)  # language → what its file says, to remember
    moved: dict[str, str] = field(default_factory=dict)  # entry of an article with another day or source → reason
    files: int = 0
    articles: list[str] = field(default_factory=list)  # that are loaded, changed or not
    overrule: bool = False  # what editors chose about the entries of these articles
    anew: list[Decision] = field(default_factory=list)  # entries to make anew
    decisions: list[Decision] = field(default_factory=list)  # to bring back
    spared: set[str] = field(default_factory=set)  # entries that stay, although no article reports them

    @property
    def rows(self) -> Iterator[Change]:
        """All changes."""
        yield from self.others
        yield from self.created

    @property
    def named(self) -> list[Change]:
        """The changes of vocabulary and articles, in the order in which they are written."""
        return [change for change in self.others if not change.article]

    @property
    def there(self) -> list[Change]:
        """The reported rows to update or remove."""
        return [change for change in self.others if change.article]

    @property
    def created(self) -> Iterator[Change]:
        """The new reported rows."""
        return chain.from_iterable(self.new)

    @property
    def removed(self) -> list[Change]:
        """The reported rows to remove."""
        return [change for change in self.there if change.action == "remove"]

    def reasons(self) -> dict[str, str]:
        """{entry: why it changes} of all entries about which something is reported otherwise than before."""
        there = sorted(self.there, key=lambda change: WRITING_ORDER.index(change.action))
        return {change.entry: change.reason for change in chain(self.created, there)} | self.moved


def compare(
    vocabulary: Iterable[Claim],
    articles: Iterable[ArticleClaim],
    held: Held,
    rules: Rules,
    anew: Collection[str] = (),
) -> Changes:
    """What must change so that what is claimed of vocabulary and articles comes true.

    `anew`: entries that may be made anew, because they are not there for another reason than an editor's hand.
    """
    changes, place = Changes(), _Place(held, anew)
    for claim in vocabulary:
        _compare_named(claim, held, rules, changes)
    for article in articles:
        if article.itself and not MOVING.isdisjoint(_compare_named(article.itself, held, rules, changes)):
            changes.moved |= {key[0]: article.reason for _, key in held.reported.get(article.slug, ())}
        if created := _compare_reported(article, held.reported.get(article.slug, {}), rules, changes):
            place.add(created)
            changes.new.append(Folded(created))
    changes.new = [some for created in changes.new if (some := place.of(created, rules.words, changes))]
    return changes


def compare_removals(unwanted: Iterable[Unwanted], held: Held, rules: Rules, changes: Changes) -> None:
    """Add what must be removed so that these rows are not there any more."""
    for model, slug, last, reason, file in unwanted:
        row = held.named[model][slug]
        change = Change("remove", model, (slug,), pk=row.pk, reason=reason)
        ruled = ruling(last, None, row.values, rules.overwrite)
        if why := kept(ruled, None, row.values, rules.words):
            changes.kept.append(f"{change.name}: {why}")
        if ruled.action == "remove":
            changes.removals.append(Removal(change, file))


def _compare_named(claim: Claim, held: Held, rules: Rules, changes: Changes) -> Values:
    """Add what must change so that one claim comes true; gives the values to write."""
    row = held.named[claim.model].get(claim.slug)
    values = row.values if row else None
    ruled = ruling(claim.last, claim.wanted, values, rules.overwrite)
    pk = row.pk if row else None
    change = Change("update", claim.model, (claim.slug,), ruled.values, values, pk, "", claim.reason)
    if ruled.action == "create":
        changes.others.append(change._replace(action="create", former=claim.former))
    elif ruled.action == "update":
        changes.others.append(change)
    if why := kept(ruled, claim.wanted, values, rules.words):
        changes.kept.append(f"{change.name}: {why}")
    return ruled.values


def _compare_reported(claim: ArticleClaim, held: Reported, rules: Rules, changes: Changes) -> list[Change]:
    """Add what must change of an article's rows; the new ones are given back, as others decide whether they may be."""
    rulings = {
        identity: ruling(
            claim.last.get(identity),
            row.values if (row := claim.wanted.get(identity)) else None,
            held[identity][1] if identity in held else None,
            rules.overwrite,
        )
        for identity in {**claim.wanted, **claim.last}
    }
    _keep_delegations(rulings, held)
    changes.problems += _second_heads(claim, held, rulings)
    created = []
    for (model, key), ruled in rulings.items():
        row = claim.wanted.get((model, key))
        pk, values = held.get((model, key), (None, None))
        change = Change("update", model, key, ruled.values, values, pk, claim.slug, claim.reason)
        if row and ruled.action == "create":
            created.append(change._replace(action="create", kind=row.kind, draft=row.draft, notable=row.notable))
        elif ruled.action in ("update", "remove"):
            changes.others.append(change._replace(action=ruled.action))
        if why := kept(ruled, row and row.values, values, rules.words):
            changes.kept.append(f"{change.name}: {why}")
    return created


# What a row means for others


def _keep_delegations(rulings: dict[Identity, Ruling], held: Reported) -> None:
    """Keep the delegations that have people who stay, because these would go with them."""
    leaving = [key for (model, key), ruled in rulings.items() if model is Delegation and ruled.action == "remove"]
    for delegation in leaving:
        people = (identity for identity in held if identity[0] is Delegate and identity[1][:2] == delegation)
        if any(rulings.get(identity, Ruling("keep")).action != "remove" for identity in people):
            rulings[Delegation, delegation] = Ruling("keep")


def _second_heads(claim: ArticleClaim, held: Reported, rulings: dict[Identity, Ruling]) -> Iterator[Problem]:
    """A problem where a head is wanted beside one that an editor named."""
    heads = defaultdict(list)
    for model, key in {**held, **rulings} if claim.wanted else ():
        if model is Delegate and _is_head(held.get((model, key)), rulings.get((model, key), Ruling("keep"))):
            heads[key[:2]].append(key)
    for several in heads.values():
        for key in several if len(several) > 1 else ():
            if (Delegate, key) in claim.wanted:
                other = next(person for *_, person in several if person != key[2])
                message = f"“{other}” is head by an editor's hand; a delegation has one head, mend it here or there"
                yield claim.document.problem((*claim.wanted[Delegate, key].place, "head"), message)


def _is_head(held: tuple[int, Values] | None, ruled: Ruling) -> bool:
    """True if a delegate is head after the ruling."""
    values = (held[1] if held else {}) | ruled.values
    return ruled.action != "remove" and bool(values.get("head"))


class _Place:
    """What new rows can belong to: entries that are there or that files mention anew, and delegations."""

    def __init__(self, held: Held, anew: Collection[str]) -> None:
        self.held, self.entries = held, {*held.keys.pks[Entry], *anew}

    def add(self, created: list[Change]) -> None:
        """Take in what the new rows of one article bring with them. An entry that a file mentions anew comes back."""
        self.entries |= {change.entry for change in created if change.kind and change.is_mention}

    def of(self, created: Sequence[Change], words: Words, changes: Changes) -> Sequence[Change]:
        """Those new rows of one article that have what they belong to; others are kept away."""
        rows = list(created)
        delegations = {change.key for change in rows if change.model is Delegation}
        without = {row: why for row, change in enumerate(rows) if (why := self._lack(change, delegations, words))}
        changes.kept += [f"{rows[row].name}: {why}" for row, why in without.items()]
        return Folded(change for row, change in enumerate(rows) if row not in without) if without else created

    def _lack(self, change: Change, delegations: Collection[tuple], words: Words) -> str:
        """Why a new row has nothing to belong to, or an empty text. `delegations`: the new ones of its article."""
        if change.entry not in self.entries:
            return words.no_entry.format(entry=change.entry)
        delegation = change.key[:2]
        there = self.held.reported.get(change.article, ())
        if change.model is Delegate and delegation not in delegations and (Delegation, delegation) not in there:
            return words.no_delegation
        return ""
