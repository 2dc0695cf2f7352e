"""What oEmbed 1.0 tells of an address, as JSON and as XML."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.sax.xmlreader import AttributesImpl

from django.utils.xmlutils import SimplerXMLGenerator

from talks.data.formats.as_json import dumped

Told = Mapping[str, str | int]


@dataclass(frozen=True)
class Format:
    """`type`: its media type; `written`: what is told, in it."""

    type: str
    written: Callable[[Told], str]


def as_xml(told: Told) -> str:
    buffer = io.StringIO()
    xml = SimplerXMLGenerator(buffer, "utf-8")
    xml.startDocument()
    xml.startElement("oembed", AttributesImpl({}))
    for name, value in told.items():
        xml.addQuickElement(name, str(value))
    xml.endElement("oembed")
    xml.endDocument()
    return buffer.getvalue()


FORMATS = {
    "json": Format("application/json", dumped),
    "xml": Format("text/xml; charset=utf-8", as_xml),
}
