"""What an entry lacks to be published, in sentences that say what to do; and whether a reader could ever see it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext

from talks.derived.reports import Reports, reports_of
from talks.models import KINDS, Article, Citation, Delegation, Entry, Publication, Seen, Transfer
from talks.models.history import history_of
from talks.models.sources import Sourced
from talks.record import possible
from talks.record.facts import KnownEntry
from talks.words.facts import fact_label
from talks.words.time import day, partial_date

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


def impossible(row: Sourced) -> Iterator[tuple[str, str]]:
    """(column, sentence) of what a report by an article cannot say, whether its entry is public or not."""
    sentences = {"paragraphs": possible.paragraphs(row.paragraph_numbers, row.article.paragraph_count)}
    if isinstance(row, Transfer):
        sentences["until" if row.until else "date"] = possible.transfer(row.until or row.date, row.published)
    if isinstance(row, Delegation) and row.pk and row.size:
        sentences["size"] = possible.delegation(row.size, row.delegates.count())
    for column, sentence in sentences.items():
        if sentence:
            yield column, f"{capfirst(sentence)}."


def improbable(entry: Entry, reports: Reports) -> Iterator[str]:
    """What may be a slip in what is reported of an entry, one sentence each."""
    facts: dict[Article, dict[str, str]] = {}
    for citation in reports.citations:
        facts.setdefault(citation.article, {})[citation.field] = citation.value
    for article, values in facts.items():
        if sentence := possible.far_off(values.get("start"), values.get("end"), article.published):
            yield f"{article.slug}: {sentence}."
    for row in reports.rows.get("Delegate", ()):
        person, party = row.person, row.delegation.party
        if person.party_id not in (None, party.pk):  # so that only what differs is asked for
            sentence = possible.of_another_party(person.slug, person.party.slug, party.slug)
            yield f"{row.article.slug}: {sentence}."


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
        *_of_references(entry, reports, held, together),
        *_of_delegations(reports),
        *_of_transfers(reports),
    ]


def _of_itself(entry: Entry, reports: Reports) -> Iterator[str]:
    known = KnownEntry(entry, reports.citations, Seen.now())
    if not reports.citations:
        yield gettext("No article is cited; add a citation with its article and paragraphs.")
    if not known.title:
        yield gettext("It has no title; write one.")
    if not known.start:  # with a citation there always is one: the day of the first report
        yield gettext("It has no date; fill in the first day, or cite an article, whose day then stands for it.")


def _of_references(entry: Entry, reports: Reports, held: Held, together: Collection[str]) -> Iterator[str]:
    for reference in references(entry, reports.citations):
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


def _of_delegations(reports: Reports) -> Iterator[str]:
    people: dict[int, int] = {}
    for delegate in reports.rows["Delegate"]:
        people[delegate.delegation_id] = people.get(delegate.delegation_id, 0) + 1
    for delegation in reports.in_order("Delegation"):
        named = people.get(delegation.pk, 0)
        if possible.delegation(delegation.size, named):
            yield gettext(
                "The delegation of %(party)s by %(article)s has a size of %(size)s, but %(named)s people are named in "
                "it; correct the size or the people."
            ) % {
                "party": delegation.party,
                "article": delegation.article.slug,
                "size": delegation.size.largest,
                "named": named,
            }


def _of_transfers(reports: Reports) -> Iterator[str]:
    for transfer in reports.in_order("Transfer"):
        last = transfer.until or transfer.date
        if possible.transfer(last, transfer.published):
            yield gettext(
                "A transfer of %(day)s is reported by %(article)s, which is older (%(published)s); correct the day, or "
                "take it out until it has happened."
            ) % {"day": partial_date(last), "article": transfer.article.slug, "published": day(transfer.published)}
