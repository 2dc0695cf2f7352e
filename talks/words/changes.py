"""Changes of entries and findings in words: what one said before, and what after. See `talks.derived.changes` for the
lines.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from talks.models import Article, Change, Delegation, Entry, Finding, Issue, Page, Party, Person
from talks.models.counts import Count
from talks.record.comparison import Piece, both_sides
from talks.record.facts import KnownEntry, Version, named_model
from talks.words.facts import fact_label, shown_version
from talks.words.kinds import counted
from talks.words.language import OfRecord, all_of, any_of, count_in_words
from talks.words.swaps import transfer_kind
from talks.words.time import day, partial_period

TEXTS = {
    "title": pgettext_lazy("of an entry", "Title"),
    "summary": _("Summary"),
    "text": _("Text"),
    "day": _("Known since"),
    "sources": _("Sources"),
}
# Of what a line tells several things about, those beside the first.
ASPECTS = {
    "title": _("%(about)s, title"),
    "note": _("%(about)s, note"),
    "number": _("%(about)s, its number"),
    "issue": _("%(about)s, issue"),
    "point": _("%(about)s, what it is about"),
}


@dataclass(frozen=True)
class ShownLine:
    """One line of a change: what it is about, and the text before and after as [Piece], empty for nothing.

    `of_record`: the texts are in the language of the record.
    """

    label: str
    before: list[Piece]
    after: list[Piece]
    of_record: bool


@dataclass
class ShownChange:
    """A change as pages show it. `known`: the entry, or `finding`; None if only that it was withdrawn may be shown.

    `moment`: if it stands for all entries that were added with it, these (`talks.queries.changes.Moment`).
    """

    change: Change
    known: KnownEntry | None
    moment: object = None
    finding: Finding | None = None
    lines: list[ShownLine] = field(default_factory=list)

    @property
    def sort(self) -> str:
        """What happened, in a word."""
        again = self.change.sort == Change.Sort.ADDED and getattr(self.change, "again", False) and not self.moment
        return gettext("Published again") if again else self.change.get_sort_display()

    @property
    def page(self) -> Page | None:
        """The page that this is about."""
        return Page.read(self.finding.page) if self.finding else None

    @property
    def is_correction(self) -> bool:
        return self.change.sort == Change.Sort.CORRECTED


def named_in(change: Change) -> Iterator[tuple[type[Model], str]]:
    """(model, slug) of each row that the lines of a change name."""
    for line in change.lines:
        yield from _named(line["what"])
        for value in (line["before"], line["after"]):
            match line["what"]:
                case ["fact", fact] if value and change.entry and (model := named_model(change.entry, fact)):
                    yield from ((model, slug) for version in value for slug in version.split(", "))
                case ["provision", _] if value:
                    yield Issue, value["issue"]
                case ["sources"] if value:
                    yield from ((Article, slug) for slug in value)


def _named(what: list[str]) -> list[tuple[type[Model], str]]:
    match what:
        case ["note", article]:
            return [(Article, article)]
        case ["delegation", party]:
            return [(Party, party)]
        case ["delegate", party, person]:
            return [(Party, party), (Person, person)]
        case ["transfer", _, _, giver, receiver, _]:
            return [(Party, giver), (Party, receiver)]
        case ["account", party, speaker, article]:
            return [(Party, party), (Article, article), *([(Person, speaker)] if speaker else [])]
    return []


def shown_lines(change: Change, names: dict) -> list[ShownLine]:
    """[ShownLine] of a change; `names` is what `talks.queries.shown_changes` found for it.

    A line that names nothing but what is not public is left out.
    """
    return [shown for line in change.lines for shown in _shown(line, change.entry, names)]


def _shown(line: dict[str, Any], entry: Entry | None, names: dict) -> Iterator[ShownLine]:
    """The `ShownLine`s of a line: one, or one for each aspect that differs."""
    before, after = (_texts(line["what"], line[side], entry, names) for side in ("before", "after"))
    for aspect in {**before, **after}:
        old, new = before.get(aspect, ""), after.get(aspect, "")
        named_above = aspect == "issue" and not (old and new)  # the label of a new or vanished point names its issue
        if old != new and (old or new) and not named_above:
            label = _label(line, entry, names)
            yield _line(ASPECTS[aspect] % {"about": label} if aspect else label, old, new)


def _line(label: str, before: str | None, after: str | None) -> ShownLine:
    """A `ShownLine` from the texts before and after, of which None stands for what is not public."""
    old, new = (gettext("something that is not public") if text is None else text for text in (before, after))
    pieces = both_sides(old, new) if old and new else ([Piece(old, "")] if old else [], [Piece(new, "")] if new else [])
    of_record = all(isinstance(text, OfRecord) for text in (before, after) if text)
    return ShownLine(label, *pieces, of_record=of_record)


def _name(names: dict, model: type[Model], slug: str) -> str:
    """What a row is called; its slug if it is gone."""
    return str(names.get((model, slug), slug))


def _label(line: dict[str, Any], entry: Entry | None, names: dict) -> str:
    """What a line is about."""
    match line["what"]:
        case ["fact", fact] if entry:
            return fact_label(entry.kind, fact)
        case ["note", article]:
            return gettext("What %(publisher)s adds") % {"publisher": _publisher(names, article)}
        case ["delegation", party]:
            return gettext("Delegation of %(party)s") % {"party": _name(names, Party, party)}
        case ["delegate", party, person]:
            named = {"person": _name(names, Person, person), "party": _name(names, Party, party)}
            return gettext("%(person)s in the delegation of %(party)s") % named
        case ["transfer", day, until, giver, receiver, kind]:
            days = partial_period(day, until) if day else gettext("no date given")
            way = f"{_name(names, Party, giver)} → {_name(names, Party, receiver)}"
            return f"{transfer_kind(kind)}, {way}, {days}"
        case ["provision", _]:
            issues = dict.fromkeys(value["issue"] for value in (line["before"], line["after"]) if value)
            return gettext("Point on %(issues)s") % {"issues": all_of(_name(names, Issue, one) for one in issues)}
        case ["account", party, speaker, article]:
            named = {
                "name": _name(names, Person, speaker) if speaker else _name(names, Party, party),
                "publisher": _publisher(names, article),
            }
            return gettext("What %(name)s said, by %(publisher)s") % named
        case [text]:
            return str(TEXTS[text])
    raise TypeError(f"there are no words for {line!r}")


def _publisher(names: dict, article: str) -> str:
    row = names.get((Article, article))
    return str(row.publisher) if row else article


def _texts(what: list[str], value: Any, entry: Entry | None, names: dict) -> dict[str, str | None]:
    """{aspect: text} of a value in words; None for a text that only names what is not public."""
    if value is None:
        return {}
    match what[0]:
        case "fact" if entry:
            versions = [shown_version(entry, what[1], Version(one, []), names) for one in value]
            return {"": _either([one.words for one in versions if one]) or None}
        case "delegation":
            return {"": _delegation(value), "note": OfRecord(" ".join(value["notes"]))}
        case "delegate":
            heads = [gettext("head of delegation") if one else gettext("an ordinary member") for one in value["heads"]]
            titles = _either(list(map(OfRecord, value["titles"])))
            return {"": any_of(heads) or gettext("named"), "title": titles}
        case "transfer":
            return {"": any_of(map(_count, value)) if value else gettext("number not reported")}
        case "provision":
            issue = _name(names, Issue, value["issue"])
            texts = _either(list(map(OfRecord, value["texts"])))
            point = OfRecord(value.get("point", ""))  # what was noted earlier has none
            return {"": texts, "number": any_of(value["numbers"]), "issue": issue, "point": point}
        case "day":
            return {"": day(datetime.date.fromisoformat(value))}
        case "sources":
            known = [names.get((Article, slug)) for slug in value]
            return {"": "; ".join(map(str, known)) if all(known) else None}
        case _:
            return {"": OfRecord(value)}


def _either(texts: list[str]) -> str:
    """Versions as one text, which is of the record if they all are."""
    told = texts[0] if len(texts) == 1 else any_of(texts)
    return OfRecord(told) if all(isinstance(text, OfRecord) for text in texts) else told


def _count(plain: int | str) -> str:
    return count_in_words(Count.of(plain))


def _delegation(value: dict[str, Any]) -> str:
    told = [any_of(str(Delegation.Role(role).label) for role in value["roles"])]
    if value["sizes"]:
        *others, last = value["sizes"]
        told.append(any_of([*map(_count, others), counted("people", Count.of(last))]))
    if value["expected"]:
        told.append(pgettext("a delegation", "expected"))
    return ", ".join(told)
