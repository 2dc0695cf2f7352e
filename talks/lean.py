"""What only those who write the site need, and nobody is sent: how templates are indented, what scripts and sheets of
styles say of themselves. The files stay as they are written, line for line."""

import re
from pathlib import PurePosixPath
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import Storage as Files
from django.template import Origin
from django.template.loaders import filesystem
from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

OWN = "talks"  # the folder of our own static files: others come as small as their makers made them
INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
# A comment of a sheet of styles, or a string, in which none begins.
COMMENT = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|/\*.*?\*/""", re.DOTALL)
BLANK = re.compile(r"\s*\n\s*")


class Loader(filesystem.Loader):
    """Our own templates without their indentation, which is a tenth of a page; lines stay, and so what parts words."""

    def get_contents(self, origin: Origin) -> str:
        contents: str = super().get_contents(origin)
        return INDENT.sub("", contents)


class Storage(CompressedManifestStaticFilesStorage):
    """The files that pages ask for under names with a hash: our own without comments and needless space."""

    def post_process(self, paths: dict[str, tuple[Files, str]], *args: Any, **options: Any) -> Any:
        lean = {name: (Lean(storage) if is_own(name) else storage, path) for name, (storage, path) in paths.items()}
        return super().post_process(lean, *args, **options)


class Lean:
    """Where static files were found, as what a browser needs of them."""

    def __init__(self, storage: Files) -> None:
        self.storage = storage

    def open(self, path: str) -> File:
        with self.storage.open(path) as file:
            return ContentFile(LEAN[PurePosixPath(path).suffix](file.read().decode()).encode())


def is_own(name: str) -> bool:
    """Whether it is a script or sheet of styles of this site's."""
    path = PurePosixPath(name)
    return path.parts[0] == OWN and path.suffix in LEAN


def without_comments(sheet: str) -> str:
    """The same styles without comments and indentation; space within a line may be part of a selector, and stays."""
    return BLANK.sub("\n", COMMENT.sub(lambda found: found[1] or "", sheet)).lstrip()


LEAN = {".css": without_comments, ".js": jsmin}
