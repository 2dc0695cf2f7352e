"""What the host of the files is told: types, headers, what moved, what was withdrawn, and what only a server answers.

Headers are those that the site gives itself: what all answers of a sort share.
"""

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from django.conf import settings

from talks.public.embeds import PREFIX
from talks.ready.gate import caching
from talks.static_site.asking import Answer

CSP, CACHE, TYPE = "Content-Security-Policy", "Cache-Control", "Content-Type"
OF_ONE = {
    TYPE,
    "Content-Disposition",
    "Content-Language",
    "Content-Length",
    "Last-Modified",
    "Link",
    "Location",
    "Vary",
}
OF_ONE |= {"ETag", "Expires", "Date"}
FRAMES, STATIC, PAGES = "frames", "static", "html"  # sorts of answers; the others are endings of files
GONE = "_gone/"  # where the pages are that say that an entry was withdrawn
LANGUAGE = "(?:(?:" + "|".join(code for code, _ in settings.LANGUAGES) + ")/)?"


@dataclass
class Host:
    """`live`: the address of a site with a server, or ""; `start`: the address of the first page."""

    live: str
    start: str
    types: dict[str, str] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    moved: dict[str, tuple[int, str]] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)

    def note(self, answer: Answer, name: str) -> None:
        """An answer that is in the file of this name."""
        ending = PurePosixPath(name).suffix.removeprefix(".")
        self.types.setdefault(ending, answer.type)
        sort = self._sort(answer.address, ending)
        told = {one: value for one, value in answer.headers.items() if one not in OF_ONE}
        told |= {CSP: self._policy(told[CSP])} if CSP in told else {}
        told |= {CACHE: caching()} if sort != STATIC else {}  # as what is ready is answered with
        shared = self.headers.setdefault(sort, told)
        self.headers[sort] = {one: value for one, value in shared.items() if told.get(one) == value}

    def _sort(self, address: str, ending: str) -> str:
        if address.startswith(settings.STATIC_URL):
            return STATIC
        return FRAMES if re.match(self._of_frames, address) else ending

    @property
    def _of_frames(self) -> str:
        return f"^{self.start}{LANGUAGE}{PREFIX}"

    def _policy(self, policy: str) -> str:
        """The content security policy, by which forms and complaints go to the site with a server.

        Its parts are in order, since each process has them in another one.
        """
        found = sorted(one.strip() for one in policy.split(";"))
        told = [one for one in found if not one.startswith("report-uri ")]
        if not self.live:
            return "; ".join(told)
        told = [f"{one} {self.live}" if one.startswith("form-action ") else one for one in told]
        reports = [one.replace(" /", f" {self.live}/") for one in found if one.startswith("report-uri ")]
        return "; ".join(told + reports)

    # nginx

    def nginx(self, root: str, packed: bool, served: list[str], asked: list[str]) -> str:
        """For `include` within server { }. `served`: what only a server answers; `asked`: names of parameters."""
        lines = [
            "# Made by `manage.py write_site`: include it within server { }, beside listen and server_name.",
            f"root {root};",
            "index index.html;",
            "absolute_redirect off;",
            f"error_page 404 {self.start}404.html;",
            *(["gzip_static on;  # and, with the module for it, brotli_static on;"] if packed else []),
            "types {",
            *(f"    '{media}' {ending};" for ending, media in sorted(self.types.items())),
            "}",
            "# What is asked behind an address is answered by a server, and never by a page that does not know of it.",
            f'if ($args ~ "(^|&)({"|".join(asked)})=") {{ {self._to_server()} }}',
            *(self._location(_exactly(one), [self._to_server(307)]) for one in (served if self.live else [])),
            self._location("/", self._add(PAGES)),
            *(
                self._location(
                    f"{self.start}{code}/", [f"error_page 404 {self.start}{code}/404.html;", *self._add(PAGES)]
                )
                for code, _ in settings.LANGUAGES
                if code != settings.LANGUAGE_CODE
            ),
            self._location(f"^~ {settings.STATIC_URL}", self._add(STATIC)),
            self._location(f"~ {self._of_frames}", self._add(FRAMES)),
            *(
                self._location(rf"~ \.{ending}$", self._add(ending))
                for ending in sorted(set(self.headers) - {FRAMES, STATIC, PAGES})
            ),
            *(
                self._location(f"= {old}", [f"return {status} {new};"])
                for old, (status, new) in sorted(self.moved.items())
            ),
            *(
                self._location(f"= {old}", [f"error_page 410 /{name};", "return 410;"])
                for old, name in sorted(self.gone.items())
            ),
            self._location(f"^~ /{GONE}", ["internal;", *self._add(PAGES)]),
        ]
        return "\n".join(lines) + "\n"

    def _to_server(self, status: int = 302) -> str:
        return f"return {status} {self.live}$request_uri;" if self.live else "return 404;"

    def _add(self, sort: str) -> list[str]:
        return [f'add_header {name} "{value}" always;' for name, value in sorted(self.headers.get(sort, {}).items())]

    @staticmethod
    def _location(which: str, lines: list[str]) -> str:
        told = "".join(f"    {line}\n" for line in lines)
        return f"location {which} {{\n{told}}}"

    # Hosts that read _headers and _redirects

    def headers_file(self, addresses: list[str]) -> str:
        """Headers by the first part of an address, each under one rule alone; types such hosts know themselves."""
        begins = dict.fromkeys(re.match(f"{self.start}{LANGUAGE}(?:[^/]+/)?", one)[0] for one in addresses)
        rules = [
            f"{begin}*" if begin.count("/") > 1 and not _is_first(begin, self.start) else begin for begin in begins
        ]
        sorts = [
            FRAMES if PREFIX in rule else STATIC if rule.startswith(settings.STATIC_URL) else PAGES for rule in rules
        ]
        told = []
        for rule, sort in zip(rules, sorts, strict=True):
            told += [rule, *(f"  {name}: {value}" for name, value in sorted(self.headers.get(sort, {}).items()))]
        return "\n".join(told) + "\n"

    def redirects_file(self, served: list[str]) -> str:
        lines = [f"{old} {new} {status}" for old, (status, new) in sorted(self.moved.items())]
        if self.live:
            lines += [
                f"{one}* {self.live}{one}:splat 302" if one.endswith("/") else f"{one} {self.live}{one} 302"
                for one in served
            ]
        return "\n".join(lines) + "\n"


def _exactly(address: str) -> str:
    """As nginx has an address, and all below it if it is one of a folder."""
    return f"^~ {address}" if address.endswith("/") else f"= {address}"


def _is_first(address: str, start: str) -> bool:
    """Whether it is the first page, in any language."""
    return re.fullmatch(f"{start}{LANGUAGE}", address) is not None
