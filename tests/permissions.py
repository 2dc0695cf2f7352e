"""The table of docs/permissions.md, made from what the groups of a migrated database may do.

`python -m tests.permissions` writes it anew.
"""

import os
import tempfile
from pathlib import Path

DOCUMENT = Path(__file__).parent.parent / "docs/permissions.md"
ACTIONS = ("view", "add", "change", "delete")
START, END = "<!-- made from the code -->\n", "<!-- until here -->\n"


def table(groups):
    """Lines of Markdown: a row for each model, a column for each group, a cell with what it may do."""
    may = {}
    for group in groups:
        for permission in group.permissions.select_related("content_type"):
            action = permission.codename.partition("_")[0]
            may.setdefault(permission.content_type.model_class(), {}).setdefault(group.name, set()).add(action)
    names = [group.name for group in groups]
    rows = sorted((model._meta.verbose_name_plural, cells) for model, cells in may.items())
    lines = [["of", *names], ["---"] * (len(names) + 1)]
    lines += [[str(plural), *(_words(cells.get(name, ())) for name in names)] for plural, cells in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _words(actions):
    ordered = [action for action in ACTIONS if action in actions]
    return ", ".join([*ordered, *sorted(set(actions) - set(ACTIONS))]) or "–"


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    os.environ["DATABASE_URL"] = f"sqlite:///{Path(tempfile.mkdtemp(), 'roles')}"
    import django

    django.setup()
    from django.contrib.auth.models import Group
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    text = DOCUMENT.read_text()
    before, after = text.partition(START)[0], text.partition(END)[2]
    DOCUMENT.write_text(f"{before}{START}{table(Group.objects.order_by('pk'))}{END}{after}")


if __name__ == "__main__":
    main()
