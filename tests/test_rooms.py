"""docs/architecture.md: each room says in a line what each of its modules is for."""

import ast
import re

from django.conf import settings

TALKS = settings.BASE_DIR / "talks"
OF_DJANGO = {"formats", "management", "migrations"}  # whose names Django gives


def rooms():
    found = (path.parent for path in TALKS.glob("*/**/__init__.py"))
    return [room for room in found if room.relative_to(TALKS).parts[0] not in OF_DJANGO]


def modules(room):
    inside = [*room.glob("*.py"), *(path.parent for path in room.glob("*/__init__.py"))]
    return sorted(path.stem for path in inside if path.stem != "__init__")


def told(room):
    """The modules that have a line in the docstring of the room: “name  what it is for”."""
    text = ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or ""
    return sorted(re.findall(r"^(\w+)/?  +\S", text, re.MULTILINE))


def test_each_room_says_once_what_each_of_its_modules_is_for():
    assert [(str(room), told(room), modules(room)) for room in rooms() if told(room) != modules(room)] == []
