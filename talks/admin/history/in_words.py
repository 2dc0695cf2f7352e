"""History in words: what each edit did to each row, column by column, with names in place of keys."""

from dataclasses import dataclass

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext

from talks.admin import translating
from talks.admin.values import label, sentence
from talks.editing.versions import Edit, differences, named_rows
from talks.models import Article, Delegate, Delegation, FormerSlug, Party, Sourced
from talks.models.counts import Count
from talks.words.language import count_in_words


def told_apart(model):
    """The columns that tell a row from others of its sort on one page."""
    if model is FormerSlug:
        return ("slug",)
    if not issubclass(model, Sourced):
        return ()
    within = () if model.owner() == model.ENTRY else (model.owner(),)
    return (*(within or ("article",)), *model.own_key())


@dataclass
class Line:
    """What became of one row: `sort` is added, changed or removed; `said`: [(column, before, after)] in words."""

    sort: str
    name: str
    said: list

    @property
    def texts(self):
        """What it says, each as one text."""
        if self.sort == "changed":
            said = gettext("%(column)s: %(before)s → %(after)s")
        else:
            said = gettext("%(column)s: %(value)s")
        for column, before, after in self.said:
            value = before if self.sort == "removed" else after
            yield said % {"column": column, "before": before, "after": after, "value": value}

    @property
    def heading(self):
        told = {
            "added": pgettext("row in history", "Added: %(name)s"),
            "changed": pgettext("row in history", "Changed: %(name)s"),
            "removed": pgettext("row in history", "Removed: %(name)s"),
        }
        return told[self.sort] % {"name": self.name}


@dataclass
class Block:
    """An edit in words."""

    edit: Edit
    lines: list


def blocks(model, edits):
    """These edits of a row of `model` in words, without those that changed nothing that is told of."""
    names = Names(model, [step for edit in edits for step in edit.steps])
    found = (Block(edit, lines_of(edit.steps, names)) for edit in edits)
    return [block for block in found if block.lines]


def lines_of(steps, names, without=()):
    """These steps in words, that of the row itself first, without those that changed nothing that is told of."""
    lines = (line_of(step, names, without) for step in sorted(steps, key=lambda step: step.model is not names.model))
    return [line for line in lines if line.said or line.sort != "changed"]


def line_of(step, names, without=()):
    sort = "changed" if step.before and step.after else "added" if step.after else "removed"
    named = () if sort == "changed" else told_apart(step.model)  # its name says that already
    said = []
    for column, before, after in differences(step, (*without, *named)):
        if column.name == "chosen":
            said += list(choices_of(step.model, before or {}, after or {}))
        elif column.name == "translations":
            said += list(translations_of(step.model, before or {}, after or {}))
        else:
            said.append((capfirst(column.verbose_name), *(names.value(column, value) for value in (before, after))))
    return Line(sort, names.row(step), said)


def choices_of(model, before, after):
    """What became of editors' choices: (name, before, after) of each that changed."""
    for fact in dict.fromkeys([*before, *after]):
        if before.get(fact) != after.get(fact):
            name = gettext("%(fact)s, as editors decided") % {"fact": sentence(label(model, fact))}
            yield name, *(chosen.get(fact) or gettext("nothing") for chosen in (before, after))


def translations_of(model, before, after):
    """What became of translations: (name, before, after) of each text that changed."""
    for language in dict.fromkeys([*before, *after]):
        old, new = (side.get(language, {}) for side in (before, after))
        for column in dict.fromkeys([*old, *new]):
            if old.get(column) != new.get(column):
                name = translating.label(model, column, language)
                yield name, *(words.get(column) or gettext("nothing") for words in (old, new))


class Names:
    """What rows are called that steps of history name; of deleted rows, what they were called last.

    The steps are of a row of `model` and of what belongs to it.
    """

    def __init__(self, model, steps):
        self.model = model
        wanted = named_rows(steps)
        self.parties = parties_of(
            {(step.after or step.before).delegation_id for step in steps if step.model is Delegate}
        )
        wanted.setdefault(Party, set()).update(self.parties.values())
        self.called = {(one, pk): name for one, pks in wanted.items() for pk, name in names_of(one, pks).items()}

    def of(self, model, pk):
        return self.called.get((model, pk), "?")

    def value(self, column, value):
        """A value of a column in words."""
        if value in (None, "", []):
            return gettext("nothing")
        if isinstance(value, Count):
            return count_in_words(value)
        if isinstance(column, models.ForeignKey):
            return self.of(column.related_model, value)
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if column.choices:
            return str(dict(column.flatchoices).get(value, value))
        return ", ".join(value) if isinstance(value, list) else str(value)

    def row(self, step):
        """A row in words: what it is, and what tells it from others."""
        row, parts = step.after or step.before, []
        for name in told_apart(step.model):
            column = step.model._meta.get_field(name)
            value = getattr(row, column.attname)
            if name == "delegation":
                parts.append(self.of(Party, self.parties.get(value)))
            elif name == "field":
                parts.append(sentence(label(self.model, value)) if value else gettext("the entry as such"))
            elif value not in (None, ""):
                parts.append(self.value(column, value))
        told = capfirst(step.model._meta.verbose_name)
        return f"{told}: {', '.join(parts)}" if parts else str(told)


def parties_of(delegations):
    """{delegation: party} of these, deleted ones too (all as pks)."""
    if not delegations:
        return {}
    rows = Delegation.history.filter(id__in=delegations).order_by("history_id")
    return dict(rows.values_list("id", "party_id"))


def names_of(model, pks):
    """{pk: name}; an article is called by its slug, as in files."""
    name = "slug" if model is Article else "name" if hasattr(model, "name") else "title"
    found = dict(model.objects.filter(pk__in=pks).values_list("pk", name)) if pks else {}
    if missing := pks - set(found):
        key = model._meta.pk.attname
        found |= dict(model.history.filter(**{f"{key}__in": missing}).order_by("history_id").values_list(key, name))
    return found
