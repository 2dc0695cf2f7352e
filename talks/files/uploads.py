"""Article files as they are sent: single ones, zips of them, and tables that make some, as {name: text}.

A name is that of the file without its folders, but for “reference/” before a file of vocabulary in a zip, and
“translations/” before one of translations.
"""

import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, ngettext

from talks.files import moved
from talks.files.moved import is_table, texts_of_table
from talks.files.reader import MAX_BYTES
from talks.files.translations import FOLDER

MAX_ALL = 20_000_000  # bytes, of all files together
MAX_FILES = 2_000
MAX_TABLE = 10_000_000  # bytes of a table, which is one file for many articles
Reader = Callable[[int], bytes]  # reads up to so many bytes of a file
ENDINGS = (".yaml", ".yml", *moved.ENDINGS)
FOLDERS = ("reference", FOLDER)
LEFT_BY_MACOS = "__MACOSX"
ALL = "all"  # code of the error that ends the reading
UNREADABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError, ValueError)


def texts_of(uploads: Iterable[UploadedFile], held: dict[str, str] | None = None) -> dict[str, str]:
    """{name: text} of these uploaded files, added to those that are `held`. Raises `ValidationError`."""
    found: dict[str, str] = {}
    problems: list[ValidationError] = []
    left = MAX_ALL
    for upload in uploads:
        try:
            for name, read in _contents(upload):
                try:
                    content = _within(read, name, left)
                    left -= len(content)
                    _add(found, _made_of(name, content))
                except ValidationError as error:
                    if any(one.code == ALL for one in error.error_list):
                        raise
                    problems += error.error_list
        except ValidationError as error:
            problems += error.error_list
        except UNREADABLE:
            told = gettext("“%(name)s” is no zip that can be read; pack the files again.")
            problems.append(_error(told, upload.name or ""))
        if problems and problems[-1].code == ALL:
            break
    if problems:
        raise ValidationError(problems)
    return _few((held or {}) | found)


def _add(found: dict[str, str], texts: dict[str, str]) -> None:
    """Put these texts to those that were found before, if none has the name of another."""
    for name in texts:
        if name in found:
            raise _error(gettext("Two files are called “%(name)s”; give one of them another name."), name)
    found |= texts


def _made_of(name: str, content: bytes) -> dict[str, str]:
    """{name: text} of the article files that a file is, or that a table makes."""
    return texts_of_table(name, content) if is_table(name) else {name: _text(name, content)}


def _size(texts: dict[str, str]) -> int:
    return sum(len(text.encode()) for text in texts.values())


def _few(texts: dict[str, str]) -> dict[str, str]:
    """The texts, if an import takes so many and so much."""
    if len(texts) > MAX_FILES:
        told = gettext("These are %(count)s files; an import takes up to %(most)s, so load them in parts.")
        raise ValidationError(told % {"count": len(texts), "most": MAX_FILES})
    if _size(texts) > MAX_ALL:
        raise _all_too_large()
    return texts


def _error(sentence: str, name: str, **values: object) -> ValidationError:
    return ValidationError(sentence % {"name": name, **values})


def _too_large(name: str) -> ValidationError:
    told = gettext("“%(name)s” is too large; an article file has up to %(most)s MB.")
    if is_table(name):
        told = gettext("“%(name)s” is too large; a table has up to %(most)s MB.")
    return _error(told, name, most=_most(name) // 1_000_000)


def _most(name: str) -> int:
    """How many bytes a file of this name may have."""
    return MAX_TABLE if is_table(name) else MAX_BYTES


def _all_too_large() -> ValidationError:
    told = gettext("All files together are too large; an import takes up to %(most)s MB, so load them in parts.")
    return ValidationError(told % {"most": MAX_ALL // 1_000_000}, code=ALL)


def _contents(upload: UploadedFile) -> Iterator[tuple[str, Reader]]:
    """(name, function that reads up to so many bytes of it) of each file in an uploaded file."""
    name = PurePosixPath((upload.name or "").replace("\\", "/")).name
    if name.lower().endswith(".zip"):
        yield from _packed(upload, name)
    else:
        _check_ending(name, ".zip")
        yield name, upload.read


def _packed(upload: UploadedFile, name: str) -> Iterator[tuple[str, Reader]]:
    with zipfile.ZipFile(upload) as archive:
        members = [
            info
            for info in archive.infolist()
            if not info.is_dir() and not info.filename.startswith(f"{LEFT_BY_MACOS}/")
        ]
        if not members:
            raise _error(gettext("“%(name)s” holds no file."), name)
        if len(members) > MAX_FILES:
            told = ngettext(
                "“%(name)s” holds %(count)s file; an import takes up to %(most)s, so load them in parts.",
                "“%(name)s” holds %(count)s files; an import takes up to %(most)s, so load them in parts.",
                len(members),
            )
            raise _error(told, name, count=len(members), most=MAX_FILES)
        if sum(info.file_size for info in members) > MAX_ALL:
            raise _all_too_large()
        for info in members:
            path = PurePosixPath(info.filename.replace("\\", "/"))
            folder = f"{path.parent.name}/" if path.parent.name in FOLDERS else ""
            yield f"{folder}{path.name}", _reader(archive, info)


def _reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Reader:
    """What reads a packed file, which may hold more than its zip says."""

    def read(most: int) -> bytes:
        name = PurePosixPath(info.filename.replace("\\", "/")).name
        _check_ending(name)
        if info.flag_bits & 1:
            raise _error(gettext("“%(name)s” is locked with a password; pack it without one."), name)
        if info.file_size > _most(name):
            raise _too_large(name)
        with archive.open(info) as file:
            return file.read(most)

    return read


def _check_ending(name: str, *also: str) -> None:
    endings = (*ENDINGS, *also)
    if not name.lower().endswith(endings):
        told = gettext("“%(name)s” is no article file and no table; the name of one ends in %(endings)s.")
        raise _error(told, name, endings=", ".join(endings))


def _within(read: Reader, name: str, left: int) -> bytes:
    """The bytes of a file, if they are not too many for one file or for what is `left` for all."""
    content = read(_most(name) + 1)
    if len(content) > _most(name):
        raise _too_large(name)
    if len(content) > left:
        raise _all_too_large()
    return content


def _text(name: str, content: bytes) -> str:
    if not content.strip():
        raise _error(gettext("“%(name)s” is empty; choose a file that holds an article."), name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        told = gettext("“%(name)s” is not UTF-8 text in line %(line)s; save the file as UTF-8.")
        raise _error(told, name, line=line) from error
    if "\0" in text:
        raise _error(gettext("“%(name)s” holds a zero byte; save the file as plain text."), name)
    return text.replace("\r\n", "\n")
