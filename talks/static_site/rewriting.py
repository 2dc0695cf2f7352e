"""Pages as files: what only a server can answer leads to a site that has one, or to the sentence that says so.

That is whatever is asked behind an address: filters, searches, earlier days. Parts of pages, for which htmx asks, are
left out: without it, their links lead to pages.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from urllib.parse import quote, urljoin
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

SAID = "#as-files"  # the sentence in the foot
TEXTS = ("text/html", "application/atom+xml", "application/json", "text/csv", "application/xml", "text/plain")
PAGES = TEXTS[:2]  # in which links are attributes
WORKBOOK = "application/vnd.openxmlformats"
MADE = re.compile(rb"<dcterms:(created|modified)\b.*?</dcterms:\1>")

OF_HTMX = re.compile(r"<[a-z]+\s[^<>]*\shx-[^<>]*>")
ATTRIBUTES_OF_HTMX = re.compile(r'\s(?:hx-[a-z-]+|aria-expanded|aria-controls)=(?:"[^"]*"|\'[^\']*\')')
FORM = re.compile(r"<form\b([^>]*)>")
WHOLE_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
ACTION = re.compile(r'\saction="([^"]*)"')
LINK = re.compile(r"\s*<link\b[^>]*>")
HREF = re.compile(r'(\s(?:href|src)=")([^"]*)"')
REST = r"""(/(?:[^\s"'<>\\&),]|&(?!quot;|lt;|gt;|\#))*)?"""  # of an address in a text, which escaped signs end


@dataclass(frozen=True)
class Rewriter:
    """`origin`: of the site; `live`: of the one with a server, or ""; `there`: all addresses that are files.

    `static`: what addresses of files start with that no view answers.
    """

    origin: str
    live: str
    there: Collection[str]
    static: str

    def rewritten(self, address: str, media: str, body: bytes) -> bytes:
        """The answer to an address as it stands in its file."""
        if media.startswith(WORKBOOK):
            return undated(body)
        if not media.startswith(TEXTS):
            return body
        text = body.decode()
        if media.startswith(PAGES):
            text = self._page(address, text)
        return self._addresses_in(text).encode()

    def _page(self, address: str, text: str) -> str:
        text = OF_HTMX.sub(lambda tag: ATTRIBUTES_OF_HTMX.sub("", tag[0]), text)
        if self.live:
            text = FORM.sub(lambda form: self._form(address, form[1]), text)
        else:
            text = WHOLE_FORM.sub("", text)
            text = LINK.sub(lambda link: link[0] if self._leads_on(address, link[0]) else "", text)
        return HREF.sub(lambda link: f'{link[1]}{self._target(address, link[2])}"', text)

    def _form(self, address: str, attributes: str) -> str:
        """A form that is sent to the site with a server, which knows what is asked."""
        asked = ACTION.search(attributes)
        action = self._served(urljoin(address, unescape(asked[1])) if asked else address)
        return f'<form{ACTION.sub("", attributes)} action="{action}">'

    def _leads_on(self, address: str, tag: str) -> bool:
        found = HREF.search(tag)
        return not found or self._target(address, found[2]) == found[2]

    def _target(self, address: str, written: str) -> str:
        """Where a link of a page leads, escaped as it was."""
        path = urljoin(address, unescape(written)).removeprefix(self.origin)
        if written.startswith("#") or not path.startswith("/") or self.is_there(path):
            return written
        if not self.live:
            return SAID
        return self._served(urljoin(address, written))

    def is_there(self, path: str) -> bool:
        return path.startswith(self.static) or path.partition("#")[0] in self.there

    def _served(self, path: str) -> str:
        """An address of this site as the one with a server has it; also where it is asked about an address."""
        path = path.removeprefix(self.origin).replace(quote(self.origin, ""), quote(self.live, ""))
        return f"{self.live}{path}"

    def _addresses_in(self, text: str) -> str:
        """The text with full addresses that work: of files here, of all else there."""
        if not self.live:
            return text
        return re.sub(re.escape(self.origin) + REST, lambda found: self._full(found[0], found[1] or ""), text)

    def _full(self, whole: str, path: str) -> str:
        return whole if not path or path == "/" or self.is_there(unescape(path)) else self._served(path)


def undated(workbook: bytes) -> bytes:
    """A workbook without the time at which it was made, so that the same record gives the same bytes."""
    packed = BytesIO()
    with ZipFile(BytesIO(workbook)) as source, ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for part in source.namelist():
            archive.writestr(ZipInfo(part), MADE.sub(b"", source.read(part)), ZIP_DEFLATED)
    return packed.getvalue()
