"""YAML to plain values, with the line of each, so that a mistake can be told where it stands.

Reads YAML's 1.2 core scalars and ISO dates. So `NO` is Norway and not false, which YAML 1.1, PyYAML's own, makes of it.
Anchors and aliases are refused: no article file needs them, and a few lines of them can unfold to gigabytes.
"""

import dataclasses
import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path, PurePath
from typing import Any

import yaml

from talks.files import advice
from talks.files.folded import fold, unfold
from talks.models.rules import UNFIT

Place = tuple[str | int, ...]  # in a file: ("rounds", 0, "city")
MAX_BYTES = 1_000_000  # the longest real file has 12 kB
MAX_DEPTH = 20

INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SLUG = re.compile(r"""\bslug["']?\s*:\s*["']?([a-z0-9-]+)""")
WORDS: dict[str, bool | None] = {"": None, "~": None}
WORDS |= {
    form: value
    for word, value in (("null", None), ("true", True), ("false", False))
    for form in (word, word.title(), word.upper())
}
BLOCKS = ("|", ">")  # texts in which “#” is text
NAMES = ("slug", "key", "person", "party", "entry")  # what tells an item of a list from the others


@dataclass(frozen=True, order=True)
class Problem:
    """A mistake in a file: where, what is wrong, and what would be right.

    `unknown`: if it is that there is no such row, its model and slug.
    """

    path: PurePath
    line: int
    field: str
    message: str
    unknown: tuple[str, str] | None = dataclasses.field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.field + ': ' if self.field else ''}{self.message}"


class UnreadableError(Exception):
    """The file cannot be read at all; `problem` says why. `yaml`: what libyaml says, if that is all that is known."""

    def __init__(self, path: PurePath, line: int, message: str, yaml: str = "") -> None:
        self.problem, self.yaml = Problem(path, line, "", message), yaml
        super().__init__(str(self.problem))

    def advised(self, text: str) -> "UnreadableError":
        """The same with what would be right in the file, which is `text`."""
        line = self.problem.line
        told = advice.of_yaml(text, line, self.yaml, reads_past) if self.yaml else self.problem.message
        return UnreadableError(self.problem.path, line, told)


class BadFilesError(Exception):
    """Files that cannot be loaded; `problems` says all that is wrong with them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass
class Document:
    """A file's values, and the line of each by its place: ("rounds", 0, "city") → 12.

    `former`: the former slugs that it uses, as `talks.files.former` notes them. `cut`: problems with texts of which a
    part was taken for a comment. `folded`: values and lines, while these are folded away.
    """

    path: PurePath
    value: Any
    lines: dict[Place, int] = field(default_factory=dict)
    former: list[tuple] = field(default_factory=list)
    cut: list[Problem] = field(default_factory=list)
    folded: bytes = field(default=b"", repr=False, compare=False)

    def fold(self) -> None:
        """Let go of values and lines, which take far more than the file; who asks for them has them unfolded."""
        self.folded = self.folded or fold((self.value, self.lines))
        self.__dict__.pop("value", None)
        self.__dict__.pop("lines", None)

    def __getattr__(self, name: str) -> Any:
        if name not in ("value", "lines"):
            raise AttributeError(name)
        self.value, self.lines = unfold(self.folded)
        return getattr(self, name)

    def at(self, place: Place) -> Any:
        """The value at `place`."""
        value = self.value
        for step in place:
            value = value[step]
        return value

    def problem(self, place: Place, message: str, unknown: tuple[str, str] | None = None) -> Problem:
        """A `Problem` at `place`, or at the nearest place around it that stands in the file."""
        around = tuple(place)
        while around not in self.lines:
            around = around[:-1]
        return Problem(self.path, self.lines[around], self.label(place), message, unknown)

    def label(self, place: Place) -> str:
        """A place in words: rounds[geneva-2031-06-02].city."""
        value, words = self.value, ""
        for step in place:
            if isinstance(step, int):
                value = value[step] if isinstance(value, list) and step < len(value) else None
                names = [value[name] for name in NAMES if name in value] if isinstance(value, dict) else []
                words += f"[{names[0] if names else step + 1}]"
            else:
                value = value.get(step) if isinstance(value, dict) else None
                words += f".{step}" if words else str(step)
        return words


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """“ Did you mean ‘freedonia’?” if a known word is close, else an empty text."""
    close = get_close_matches(str(word), known, n=1, cutoff=0.65)
    return f" Did you mean “{close[0]}”?" if close else ""


@dataclass(frozen=True)
class Source:
    """A file on disk, or one that was sent: then `text` is what it holds, and `path` what it is called."""

    path: PurePath
    text: str | None = None

    @property
    def folder(self) -> str:
        """The name of its folder, which says what sort of file it is."""
        path = Path(self.path).resolve() if self.text is None else self.path
        return path.parent.name

    def slugs(self) -> set[str]:
        """The slugs that it seems to define, even if it cannot be read."""
        if self.text is not None:
            return set(SLUG.findall(self.text))
        try:
            with Path(self.path).open("rb") as file:
                content = file.read(MAX_BYTES)
        except OSError:
            return set()
        return set(SLUG.findall(content.replace(b"\0", b"").decode(errors="replace")))

    def read(self) -> Document:
        """The `Document` in it. Raises `UnreadableError`."""
        return read(Path(self.path)) if self.text is None else parse(self.path, self.text.encode())


def read(path: Path) -> Document:
    """The `Document` in the file at `path`. Raises `UnreadableError` if that is not UTF-8, not YAML or not safe."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableError(path, 1, f"the file cannot be opened ({error.strerror})") from error
    return parse(path, content)


def parse(path: PurePath, content: bytes) -> Document:
    """The `Document` in the bytes of a file. Raises `UnreadableError`."""
    if len(content) > MAX_BYTES:
        raise UnreadableError(
            path, 1, f"the file has {len(content):,} bytes; an article file has at most {MAX_BYTES:,}"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UnreadableError(path, line, "this line is not UTF-8 text; save the file as UTF-8") from error
    try:
        return Builder(path).build(text)
    except UnreadableError as error:
        raise error.advised(text) from error


def reads_past(text: str, line: int) -> bool:
    """True if the first mistake in a text of YAML, if any, is below this line."""
    try:
        Builder(PurePath()).build(text)
    except UnreadableError as error:
        return error.problem.line > line
    return True


class Builder:
    """Builds a `Document` from the parser's events, one by one, so that nothing unfolds before it is checked."""

    def __init__(self, path: PurePath) -> None:
        self.path = path
        self.lines: dict[Place, int] = {}
        self.cut: list[Problem] = []

    def build(self, text: str) -> Document:
        self.text = re.split("\r\n|[\r\n\x85\u2028\u2029]", text)  # where YAML ends lines
        loader = yaml.CSafeLoader(text)
        self.event: Callable[[], Any] = loader.get_event
        try:
            self.event()  # the stream starts
            if isinstance(self.event(), yaml.StreamEndEvent):
                raise UnreadableError(self.path, 1, "the file is empty; it needs at least the section “article”")
            value = self.node(self.event(), ())
            self.event()  # the document ends
            after = self.event()
            if not isinstance(after, yaml.StreamEndEvent):
                raise self.error(after, "a second document starts here; write one file for each article")
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            raise UnreadableError(self.path, line, "", str(error.problem or error.context)) from error
        except yaml.reader.ReaderError as error:
            line = text.encode()[: error.position].count(b"\n") + 1  # libyaml counts bytes
            raise UnreadableError(self.path, line, f"this is not YAML: {error.reason}") from error
        finally:
            loader.dispose()
        return Document(self.path, value, self.lines, cut=self.cut)

    def error(self, event: Any, message: str, yaml: str = "") -> UnreadableError:
        return UnreadableError(self.path, line_of(event), message, yaml)

    def node(self, event: Any, place: Place) -> Any:
        """The value that starts with `event`, and notes its line."""
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise self.error(event, "", "anchor")
        if len(place) > MAX_DEPTH:
            raise self.error(event, f"this is nested more than {MAX_DEPTH} levels deep")
        if event.tag is not None:
            raise self.error(event, "", "tag")
        self.lines.setdefault(place, line_of(event))
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(place)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(place)
        if UNFIT.search(event.value):
            raise self.error(event, "this text holds a control character; take it out")
        if event.style not in BLOCKS:
            self.look_for_comment(event, place)
        return scalar(event.value) if event.implicit[0] else event.value

    def look_for_comment(self, event: Any, place: Place) -> None:
        """Note a problem if a part of a text was taken for a comment: a “#” after one space, or where a text begins."""
        end = event.end_mark
        line = self.text[end.line] if end.line < len(self.text) else ""
        rest = line[end.column :]
        if "#" not in rest:
            return
        is_text = isinstance(scalar(event.value), str)
        if (is_text and re.match(r"[ \t]#", rest)) or (not event.value and re.match(r"\s*#\S", rest)):
            message = advice.of_comment(line, event.start_mark.line == end.line)
            self.cut.append(Problem(self.path, end.line + 1, Document(self.path, None).label(place), message))

    def mapping(self, place: Place) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := self.event(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self.error(event, "a name is expected here, then a colon")
            if event.anchor or UNFIT.search(event.value):
                raise self.error(event, "a plain name is expected here, then a colon")
            if event.value in values:
                raise self.error(event, f"“{event.value}” stands here twice; keep one of them")
            inner = *place, event.value
            self.lines[inner] = line_of(event)
            values[event.value] = self.node(self.event(), inner)
        return values

    def sequence(self, place: Place) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := self.event(), yaml.SequenceEndEvent):
            values.append(self.node(event, (*place, len(values))))
        return values


def line_of(event: Any) -> int:
    """The line on which what this event of the parser is about starts, counted from 1."""
    return event.start_mark.line + 1


def scalar(text: str) -> Any:
    """The value of a word without quotes: nothing, true or false, a whole number, a day, else the text itself."""
    if text in WORDS:
        return WORDS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    if DATE.fullmatch(text):
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            return text  # no day of the calendar: the schema says so, with the field's name
    return text
