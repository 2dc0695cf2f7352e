"""How to cite a page: in a line of text, and for reference managers as BibTeX, CSL-JSON and RIS."""

import datetime
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter

from django.utils.translation import gettext

from talks.words import day as day_in_words

# Signs that BibTeX reads as its own. Braces and backslashes have no plain way that all styles know.
SIGNS = str.maketrans(
    {sign: f"\\{sign}" for sign in "&%$#_"} | {"{": "(", "}": ")", "\\": "/", "~": "-", "^": "", "\n": " "}
)


@dataclass(frozen=True)
class Citation:
    """What is known of a page: `day`, as known on which it is, or None for now; `version`: of what it shows, in words.

    `changed`: when that last changed, where the page is of one entry; `accessed`: None where nobody can tell, since the
    page is a file that is read later. `files`: {ending: the path of the citation in that format}.
    """

    key: str
    title: str
    site: str
    maker: str
    address: str
    language: str
    accessed: datetime.date | None
    day: datetime.date | None = None
    version: str = ""
    changed: datetime.date | None = None
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def states(self) -> list[str]:
        """Which state of the record it is, in sentences."""
        known = gettext("As known on %(day)s") % {"day": day_in_words(self.day)} if self.day else ""
        return [one for one in (known, self.version) if one]

    @property
    def text(self) -> str:
        """The citation in a line."""
        title = gettext("“%(title)s”") % {"title": self.title}
        of = ". ".join(one for one in (title, self.site, self.maker, *self.states) if one)
        return f"{of}. {self.address}" + (f" ({day_in_words(self.accessed)})" if self.accessed else "")

    @property
    def formats(self) -> "list[tuple[Format, str, str]]":
        """[(format, the citation in it, the path of its file or nothing)] for reference managers."""
        return [(one, one.written(self), self.files.get(ending, "")) for ending, one in FORMATS.items()]

    @property
    def _year(self) -> str:
        day = self.changed or self.accessed
        return str(day.year) if day else ""

    @property
    def bibtex(self) -> str:
        fields = {
            "title": f"{{{self.title.translate(SIGNS)}}}",
            "author": f"{{{self.maker.translate(SIGNS)}}}" if self.maker else "",
            "howpublished": self.site.translate(SIGNS),
            "year": self._year,
            "url": self.address,
            "urldate": self.accessed.isoformat() if self.accessed else "",
            "note": ". ".join(self.states).translate(SIGNS),
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        return "@misc{{{},\n{}\n}}\n".format(self.key, ",\n".join(lines))

    @property
    def csl(self) -> str:
        """CSL-JSON, as Zotero and pandoc read it."""
        item = {
            "id": self.key,
            "type": "webpage",
            "title": self.title,
            "author": [{"literal": self.maker}] if self.maker else None,
            "container-title": self.site,
            "URL": self.address,
            "language": self.language,
            "issued": _parts(self.changed),
            "accessed": _parts(self.accessed),
            "note": ". ".join(self.states),
        }
        return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False) + "\n"

    @property
    def ris(self) -> str:
        """RIS, whose lines end with CR and LF by its specification."""
        fields = [
            ("TY", "ELEC"),
            ("TI", self.title),
            ("AU", self.maker),
            ("T2", self.site),
            ("PY", self._year),
            ("DA", f"{self.changed:%Y/%m/%d}" if self.changed else ""),
            ("Y2", f"{self.accessed:%Y/%m/%d}" if self.accessed else ""),
            ("UR", self.address),
            ("LA", self.language),
            ("N1", ". ".join(self.states)),
        ]
        lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in fields if value]
        return "".join(f"{line}\r\n" for line in [*lines, "ER  - "])


@dataclass(frozen=True)
class Format:
    """`label`: what links call it; `type`: its media type; `written`: a citation in it."""

    label: str
    type: str
    written: Callable[[Citation], str]


# By the ending of addresses and files.
FORMATS = {
    "bib": Format("BibTeX", "application/x-bibtex; charset=utf-8", attrgetter("bibtex")),
    "csl.json": Format("CSL-JSON", "application/vnd.citationstyles.csl+json", attrgetter("csl")),
    "ris": Format("RIS", "application/x-research-info-systems; charset=utf-8", attrgetter("ris")),
}


def _parts(date: datetime.date | None) -> dict[str, list[list[int]]] | None:
    return {"date-parts": [[date.year, date.month, date.day]]} if date else None


def key_of(name: str, day: datetime.date | None) -> str:
    """What a reference is called in a file of them: “istanbul-2031-06-02-2031”."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return f"{plain}-{day.year}" if day else plain
