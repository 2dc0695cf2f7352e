"""What an entry lacks to be published, in sentences that say what to do; and whether a reader could ever see it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext

from talks.derived.ordering import told_order
from talks.derived.reports import Reports, reports_of
from talks.models import KINDS, Article, Citation, Delegation, Entry, Person, Publication, Seen, Transfer, naming
from talks.models.history import history_of
from talks.models.sources import Sourced
from talks.record import ordering, possible
from talks.record.facts import KnownEntry
from talks.words.facts import fact_label

Held = dict[type[Model], dict[str, str | None]]  # {model: {slug: publication, of entries alone}} of rows that are there


@dataclass(frozen=True)
class Reference:
    """That a citation names a row of `model` by its slug."""

    citation: Citation
    model: type[Model]
    slug: str


def lacking(entries: Collection[Entry], reports: dict[int, Reports] | None = None) -> dict[int, list[str]]:
    """{pk: [what the entry lacks to be published]} of these entries.

    One that names another of them may count on it, if that one lacks nothing itself. Takes the same number of queries
    for any number of entries. `reports`: {pk: Reports} of them, if they have been read already.
    """
    if reports is None:
        reports = reports_of([entry.pk for entry in entries], [entry.kind for entry in entries])
    held = _held(named for entry in entries for named in references(entry, reports[entry.pk].citations))
    ready = {entry.slug: entry for entry in entries}
    while True:
        found = {entry.pk: problems(entry, reports[entry.pk], held, ready) for entry in entries}
        left = {slug: entry for slug, entry in ready.items() if not found[entry.pk]}
        if left == ready:
            return found
        ready = left


def was_public(entry: Entry) -> bool:
    """True if the entry was published at any time, now included."""
    published = history_of(type(entry)).filter(entry_ptr_id=entry.pk, publication=Publication.PUBLISHED)
    return entry.pk is not None and published.exists()


def never_public() -> str:
    """Why such an entry cannot be withdrawn, in a sentence."""
    return gettext("It was never published, so there is nothing to withdraw; leave it a draft, or delete it.")


def references(entry: Entry, citations: Iterable[Citation]) -> Iterator[Reference]:
    """The `Reference`s that citations of an entry make."""
    for citation in citations:
        if citation.field and (model := KINDS[entry.kind].named_by(citation.field)):
            yield from (Reference(citation, model, slug) for slug in citation.value.split(", "))


def impossible(row: Sourced, people: int | None = None) -> Iterator[tuple[str, str]]:
    """(column, sentence) of what a report by an article cannot say, whether its entry is public or not.

    `people`: how many a delegation names; without it, they are counted.
    """
    sentences = {"paragraphs": possible.paragraphs(row.paragraph_numbers, row.article.paragraph_count)}
    if isinstance(row, Transfer):
        sentences["until" if row.until else "date"] = possible.transfer(row.until or row.date, row.published)
    if isinstance(row, Delegation) and row.pk and row.size:
        sentences["size"] = possible.delegation(row.size, row.delegates.count() if people is None else people)
    for column, sentence in sentences.items():
        if sentence:
            yield column, f"{capfirst(sentence)}."


def out_of_order(slug: str, told: Mapping[str, Collection[str]], *, instead: bool) -> list[str]:
    """Why an entry, or one that is told to follow it, cannot stand where it is told to, in sentences.

    `told`: {fact: values} of `talks.record.ordering.FACTS` that articles are to be cited for, beside what they are
    cited for already, or `instead` of it.
    """
    order = told_order([slug, *told.get("after", ())])
    for fact in ordering.FACTS:
        kept = set() if instead else order[slug].values[fact]
        order[slug].values[fact] = {*kept, *told.get(fact, ())}
    judged = [slug] if ordering.impossible(slug, order) else ordering.followers(slug, order)
    sentences = {one: ordering.impossible(one, order) for one in judged}
    return [f"“{one}”: {sentence}." for one, sentence in sentences.items() if sentence]


def happened_later(model: type[Entry], facts: Mapping[Article, Mapping[str, str]]) -> Iterator[str]:
    """A sentence on each article that says that something has happened, on a later day than its own.

    `facts`: {article: {fact: value}} of what is cited.
    """
    for article, values in facts.items():
        if sentence := possible.happened(model, values.get("status"), values.get("start"), article.published):
            yield f"{article}: {sentence}."


def _held(references: Iterable[Reference]) -> Held:
    """{model: {slug: its publication}} of what these references name and what is there; only entries have one."""
    wanted: dict[type[Model], set[str]] = {}
    for reference in references:
        wanted.setdefault(reference.model, set()).add(reference.slug)
    return {
        model: dict(model._default_manager.filter(slug__in=slugs).values_list("slug", "publication"))
        if issubclass(model, Entry)
        else dict.fromkeys(model._default_manager.filter(slug__in=slugs).values_list("slug", flat=True))
        for model, slugs in wanted.items()
    }


def problems(entry: Entry, reports: Reports, held: Held, together: Collection[str] = ()) -> list[str]:
    """What the entry lacks, one sentence each. `together`: slugs of the entries that are published along with it."""
    return [
        *_of_itself(entry, reports),
        *_of_references(entry, reports.citations, held, together),
        *_of_facts(entry, reports),
        *_of_rows(reports),
    ]


def _of_itself(entry: Entry, reports: Reports) -> Iterator[str]:
    known = KnownEntry(entry, reports.citations, Seen.now())
    if not reports.citations:
        yield gettext("No article is cited; add a citation with its article and paragraphs.")
    if not known.title:
        yield gettext("It has no title; write one.")
    if not known.start:  # with a citation there always is one: the day of the first report
        yield gettext("It has no date; fill in the first day, or cite an article, whose day then stands for it.")


def names_hidden(entry: Entry, citations: Collection[Citation]) -> list[str]:
    """A sentence on each name in these citations of an entry that readers would not be shown, or that nothing has."""
    return list(_of_references(entry, citations, _held(references(entry, citations)), ()))


def becoming_public(entry: Entry, rows: Collection[Sourced]) -> list[str]:
    """A sentence for each article and person that readers see only once these reports of a public entry are saved."""
    if entry.publication != Publication.PUBLISHED:
        return []
    named: dict[Any, set[int]] = {
        Article: {row.article_id for row in rows},
        Person: {pk for row in rows for column in ("person_id", "speaker_id") if (pk := getattr(row, column, None))},
    }
    told = gettext("Readers see “%(row)s” from now on, because “%(entry)s” is public and rests on it.")
    return [told % {"row": row, "entry": entry} for model, pks in named.items() if pks for row in _unseen(model, pks)]


def _unseen(model: Any, pks: Collection[int]) -> QuerySet[Any]:
    """Those of these rows that readers do not see."""
    return model.objects.filter(pk__in=pks).exclude(pk__in=model.objects.visible(Seen.now()).values("pk"))


def names_of_hidden(entries: Iterable[Entry]) -> list[str]:
    """A sentence for each published entry that names one of these, of which readers see nothing any more."""
    facts = {
        fact for kind in KINDS.values() for fact in kind.FACTS if issubclass(kind.named_by(fact) or Article, Entry)
    }
    slugs = [entry.slug for entry in entries]
    reports = Citation.objects.filter(naming(facts, slugs), entry__publication=Publication.PUBLISHED)
    told = gettext("“%(entry)s” names “%(slug)s” for “%(fact)s”; readers do not see that while it is not public.")
    rows = reports.order_by("entry", "field").values_list("entry__title", "entry__kind", "field", "value").distinct()
    return [
        told % {"entry": title, "slug": value, "fact": fact_label(kind, field)} for title, kind, field, value in rows
    ]


def _of_references(entry: Entry, citations: Iterable[Citation], held: Held, together: Collection[str]) -> Iterator[str]:
    for reference in references(entry, citations):
        names = {
            "article": reference.citation.article.slug,
            "fact": fact_label(entry.kind, reference.citation.field),
            "noun": reference.model._meta.verbose_name,
            "slug": reference.slug,
        }
        state = held[reference.model].get(reference.slug, "missing")
        if state == "missing":
            sentence = gettext(
                "The citation of %(article)s for “%(fact)s” names the %(noun)s “%(slug)s”, which does not exist; "
                "add it, or correct the citation."
            )
        elif state == Publication.DRAFT and reference.slug not in together:
            sentence = gettext(
                "The citation of %(article)s for “%(fact)s” names the %(noun)s “%(slug)s”, which is a draft; "
                "publish that one too, or take the citation out."
            )
        elif state == Publication.WITHDRAWN and reference.slug not in together:
            sentence = gettext(
                "The citation of %(article)s for “%(fact)s” names the %(noun)s “%(slug)s”, which was withdrawn; "
                "take the citation out, or name another."
            )
        else:
            continue
        yield sentence % names


def _of_facts(entry: Entry, reports: Reports) -> Iterator[str]:
    facts: dict[Article, dict[str, str]] = {}
    for citation in reports.citations:
        facts.setdefault(citation.article, {})[citation.field] = citation.value
    yield from happened_later(KINDS[entry.kind], facts)


def _of_rows(reports: Reports) -> Iterator[str]:
    people = Counter(delegate.delegation_id for delegate in reports.rows["Delegate"])
    for model in reports.rows:
        for row in reports.in_order(model):
            for _column, sentence in impossible(row, people[row.pk]):
                said = row.party if isinstance(row, Delegation) else row
                yield f"{capfirst(row._meta.verbose_name)} “{said}” ({row.article.slug}): {sentence}"
