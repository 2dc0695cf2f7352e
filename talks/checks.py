"""What a fact, a kind of entry, a reported row or a role lacks, in sentences: what would be a failure on some page.

`manage.py check` runs these; the one about roles asks the database, so it runs with `--database default` and before
each `migrate`.
"""

from collections.abc import Iterable, Iterator

from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.models import Expression, F, Model, UniqueConstraint
from django.template.loader import TemplateDoesNotExist, get_template

from talks.derived.reports import TIES
from talks.files import rows, schema
from talks.models import KINDS, REPORTS, Citation, Entry, Fact, KindWords, Sourced, roles, sort_of
from talks.models.history import Record
from talks.words.facts import SAID
from talks.words.kinds import counted, missing


@register("talks")
def check_facts(**_options: object) -> Iterable[CheckMessage]:
    """What each declared fact lacks."""
    for model in KINDS.values():
        for name, fact in model.FACTS.items():
            where = f"the fact “{name}” of {model._meta.verbose_name_plural}"
            for number, sentence in _lacks_of_fact(model, name, fact):
                yield Error(f"{where} {sentence}", obj=model, id=f"talks.E0{number}")
    yield from _facts_that_clash()


def _lacks_of_fact(model: type[Entry], name: str, fact: Fact) -> Iterator[tuple[int, str]]:
    if not fact.label:
        yield 10, "has no label; say in FACTS what readers see it called"
    if len(name) > Citation._meta.get_field("field").max_length:
        yield 11, "has too long a name; citations have 20 letters for it"
    if model in schema.PARTS and name not in schema.PARTS[model].model_fields:
        part = schema.PARTS[model].__name__
        yield 12, f"is not in {part}, so no file can report it; add it in talks/files/schema/articles.py"
    if fact.say and fact.say not in SAID:
        yield 13, f"is said as {fact.say}, for which talks.words.facts.SAID has no words"
    if fact.lists and fact.lists not in TIES:
        yield 14, f"lists rows of {fact.lists.__name__}, to which nothing ties entries (talks.derived.reports.TIES)"
    if fact.lists and not fact.admin_label:
        yield 15, "is a list and has no column to take its name in the admin from; give it an admin_label"


def _facts_that_clash() -> Iterator[CheckMessage]:
    """Facts of one name that name rows of different sorts: choices and former slugs are looked up by it alone."""
    named: dict[str, set] = {}
    for model in KINDS.values():
        for name in model.FACTS:
            target = model.named_by(name)
            named.setdefault(name, set()).add((target and sort_of(target), bool(model.FACTS[name].lists)))
    for name, sorts in named.items():
        if len(sorts) > 1:
            yield Error(f"the fact “{name}” names rows of different sorts; give it two names", id="talks.E016")


@register("talks")
def check_kinds(**_options: object) -> Iterable[CheckMessage]:
    """What each declared kind of entry lacks."""
    for kind, model in KINDS.items():
        for number, sentence in _lacks_of_kind(kind, model):
            yield Error(f"the kind “{kind}” {sentence}", obj=model, id=f"talks.E0{number}")


def _lacks_of_kind(kind: str, model: type[Entry]) -> Iterator[tuple[int, str]]:
    if model not in schema.PARTS or model.SECTION not in schema.ArticleFile.model_fields:
        yield 20, "has no place in article files; add its part, a list of them called as its SECTION, and both to PARTS"
    if sum(other.SECTION == model.SECTION for other in KINDS.values()) > 1 or not model.SECTION:
        yield 21, "needs a SECTION of its own: the address of its list"
    if not isinstance(model.WORDS, KindWords):
        yield 22, "has no WORDS: what one, all and so many of them are called"
    elif "7" not in counted(kind, 7) or "such-a-slug" not in missing(kind, "such-a-slug"):
        yield 23, "has WORDS that do not show their %(count)s or %(slug)s"
    if not has_edits(model):
        yield 25, "keeps no history by edits; write `history = HistoricalRecords(bases=[Record])`"
    own = [row for row in REPORTS if row._meta.get_field(row.owner()).related_model is model]
    if own and not _has_template(f"entry/{kind}.html"):
        plural = own[0]._meta.verbose_name_plural
        yield 24, f"has {plural}, but no template entry/{kind}.html that shows them"


def has_edits(model: type[Model]) -> bool:
    """True if the rows of a model have a history whose records know their edit."""
    history = getattr(model, "history", None)
    return history is not None and issubclass(history.model, Record)


def _has_template(name: str) -> bool:
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return False
    return True


@register("talks")
def check_rows(**_options: object) -> Iterable[CheckMessage]:
    """What each sort of reported row lacks."""
    for model in REPORTS:
        for number, sentence in _lacks_of_row(model):
            yield Error(f"{model._meta.verbose_name_plural}: {sentence}", obj=model, id=f"talks.E0{number}")


def _lacks_of_row(model: type[Sourced]) -> Iterator[tuple[int, str]]:
    told = {*model.own_key(), *model.VALUES, model.owner(), "id", "article", "paragraphs"}
    if lost := sorted({column.name for column in model._meta.concrete_fields} - told):
        yield 30, f"{', '.join(lost)} is in neither KEY nor VALUES, so files and exports would lose it"
    if unknown := set(model.COMPARED) - set(model.VALUES):
        yield 31, f"{', '.join(sorted(unknown))} is compared, but is none of VALUES"
    wanted = {"article", model.owner(), *model.own_key()} - ({"article"} if model.owner() != model.ENTRY else set())
    if not any(_columns_of(one) == wanted for one in model._meta.constraints if isinstance(one, UniqueConstraint)):
        yield 32, "no constraint keeps an article from reporting two with one KEY"
    if model not in rows.WRITTEN:
        yield 33, "nothing writes them to files; see talks.files.rows"


def _columns_of(constraint: UniqueConstraint) -> set[str]:
    """The columns that a constraint is about, also within expressions."""
    return {*constraint.fields, *(name for one in constraint.expressions for name in _columns_in(one))}


def _columns_in(expression: F | Expression) -> Iterator[str]:
    if isinstance(expression, F):
        yield expression.name
    else:
        for inner in expression.get_source_expressions():
            yield from _columns_in(inner)


@register(Tags.database)
def check_roles(databases: Iterable[str] | None = None, **_options: object) -> Iterable[CheckMessage]:
    """What each role lacks of what `talks.models.roles` says, where there are roles."""
    for alias in databases or ():
        if "auth_group_permissions" in connections[alias].introspection.table_names():
            for role, permission in roles.lacking(alias):
                yield checks.Warning(
                    f"the role {role} lacks {permission}",
                    hint="Tick it on the role's page in the admin, or silence this if it is meant.",
                    id="talks.W040",
                )
