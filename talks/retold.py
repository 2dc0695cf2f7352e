"""Changes of entries in words: what an entry said before, and what it said after. See `talks.changes` for the lines."""

from dataclasses import dataclass, field

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from talks.comparison import Piece, both_sides
from talks.dates import parse
from talks.facts import KnownEntry, Version, named_model
from talks.models import Article, Change, Delegation, Issue, Party, Person
from talks.words import LABELS, OfRecord, all_of, any_of, counted, number, period, shown_version, transfer_kind

TEXTS = {"title": _("Title"), "summary": _("Summary")}


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
    """A change as pages show it. `known`: the entry, or None if only that it was withdrawn may be shown.

    `moment`: if it stands for all entries that were added with it, these (`talks.queries.Moment`).
    """

    change: Change
    known: KnownEntry | None
    moment: object = None
    lines: list[ShownLine] = field(default_factory=list)

    @property
    def sort(self):
        """What happened, in a word."""
        again = self.change.sort == Change.Sort.ADDED and self.change.again and not self.moment
        return gettext("Published again") if again else self.change.get_sort_display()

    @property
    def is_correction(self):
        return self.change.sort == Change.Sort.CORRECTED


def named_in(change):
    """(model, slug) of each row that the lines of a change name."""
    for line in change.lines:
        yield from _named(line["what"])
        for value in (line["before"], line["after"]):
            match line["what"]:
                case ["fact", fact] if value and (model := named_model(change.entry, fact)):
                    yield from ((model, slug) for version in value for slug in version.split(", "))
                case ["provision", _] if value:
                    yield Issue, value["issue"]


def _named(what):
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


def shown_lines(change, names):
    """[ShownLine] of a change; `names` is what `talks.queries.names_of_changes` found for it.

    A line that names nothing but what is not public is left out.
    """
    lines = [_shown_line(line, change.entry, names) for line in change.lines]
    return [line for line in lines if line]


def _shown_line(line, entry, names):
    told = [_text(line["what"], line[side], entry, names) for side in ("before", "after")]
    if not any(told):
        return None
    before, after = (gettext("something that is not public") if text is None else text for text in told)
    if before and after:
        sides = both_sides(before, after)
    else:
        sides = ([Piece(text, "")] if text else [] for text in (before, after))
    of_record = all(isinstance(text, OfRecord) for text in told if text)
    return ShownLine(_label(line, names), *sides, of_record)


def _name(names, model, slug):
    """What a row is called; its slug if it is gone."""
    return str(names.get((model, slug), slug))


def _label(line, names):
    """What a line is about."""
    match line["what"]:
        case ["fact", fact]:
            return str(LABELS[fact])
        case ["note", article]:
            return gettext("What %(publisher)s adds") % {"publisher": _publisher(names, article)}
        case ["delegation", party]:
            return gettext("Delegation of %(party)s") % {"party": _name(names, Party, party)}
        case ["delegate", party, person]:
            told = {"person": _name(names, Person, person), "party": _name(names, Party, party)}
            return gettext("%(person)s in the delegation of %(party)s") % told
        case ["transfer", day, until, giver, receiver, kind]:
            days = period(parse(day)[0], parse(until)[0] if until else None) if day else gettext("no date given")
            way = f"{_name(names, Party, giver)} → {_name(names, Party, receiver)}"
            return f"{transfer_kind(kind)}, {way}, {days}"
        case ["provision", _]:
            issues = dict.fromkeys(value["issue"] for value in (line["before"], line["after"]) if value)
            return gettext("Point on %(issues)s") % {"issues": all_of(_name(names, Issue, one) for one in issues)}
        case ["account", party, speaker, article]:
            told = {
                "name": _name(names, Person, speaker) if speaker else _name(names, Party, party),
                "publisher": _publisher(names, article),
            }
            return gettext("What %(name)s said, by %(publisher)s") % told
        case [text]:
            return str(TEXTS[text])


def _publisher(names, article):
    row = names.get((Article, article))
    return row.publisher.name if row else article


def _text(what, value, entry, names):
    """A value in words: an empty text if there was nothing, None if it only names what is not public."""
    if value is None:
        return ""
    match what[0]:
        case "fact":
            versions = [shown_version(entry, what[1], Version(one, []), names) for one in value]
            return _either([one.words for one in versions if one]) or None
        case "delegation":
            return _delegation(value)
        case "delegate":
            heads = [gettext("head of delegation") if one else gettext("a plain member") for one in value["heads"]]
            return ", ".join(filter(None, [any_of(heads), _either(value["titles"])])) or gettext("no title given")
        case "transfer":
            return any_of(map(number, value)) if value else gettext("number not reported")
        case "provision":
            return OfRecord(_either(list(map(OfRecord, value["texts"]))))
        case _:
            return OfRecord(value)


def _either(texts):
    """Versions as one text; of the record, if it is a single one of the record."""
    return texts[0] if len(texts) == 1 else any_of(texts)


def _delegation(value):
    roles = [str(Delegation.Role(role).label) for role in value["roles"]]
    told = [any_of(roles)]
    if value["sizes"]:
        *others, last = value["sizes"]
        told.append(any_of([*map(number, others), counted("people", last)]))
    if value["expected"]:
        told.append(pgettext("a delegation", "expected"))
    return "; ".join([", ".join(told), *value["notes"]])
