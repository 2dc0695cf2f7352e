"""Rows for tests, of two countries that do not exist: Freedonia and Sylvania.

Every factory gives the least that is valid. Numbers in names have as many digits each, so that ten comes after nine in
what is listed by name, however many rows there were before. `reported` makes an entry as the loader would: with one
citation for the entry and one for each fact.
"""

import datetime

import factory
from factory.django import DjangoModelFactory

from talks import models
from talks.derived.changes import note_additions
from talks.derived.index import put_into_index
from talks.derived.settle import settle
from talks.derived.stems import indexed
from talks.models.history import one_edit


class LocationFactory(DjangoModelFactory):
    class Meta:
        model = models.Location

    slug = factory.Sequence("place-{:04}".format)
    name = factory.Sequence("Place {:04}".format)


class PublisherFactory(DjangoModelFactory):
    class Meta:
        model = models.Publisher
        django_get_or_create = ("slug",)

    slug = factory.Sequence("gazette-{:04}".format)
    name = factory.LazyAttribute(lambda publisher: publisher.slug.replace("-", " ").title())
    kind = "newspaper"


class ArticleFactory(DjangoModelFactory):
    class Meta:
        model = models.Article
        django_get_or_create = ("slug",)

    slug = factory.Sequence("gazette-2031-article-{:04}".format)
    publisher = factory.SubFactory(PublisherFactory)
    title = factory.LazyAttribute(lambda article: f"Title of {article.slug}")
    published = datetime.date(2031, 5, 10)
    language = "en"


class PartyFactory(DjangoModelFactory):
    class Meta:
        model = models.Party
        django_get_or_create = ("slug",)

    slug = factory.Sequence("party-{:04}".format)
    name = factory.LazyAttribute(lambda party: party.slug.replace("-", " ").title())
    short = factory.Sequence("P{:04}".format)
    kind = "state"
    released = True  # as most tests are of what readers see


class ProcessFactory(DjangoModelFactory):
    class Meta:
        model = models.Process
        django_get_or_create = ("slug",)

    slug = factory.Sequence("process-{:04}".format)
    title = factory.LazyAttribute(lambda process: process.slug.replace("-", " ").title())
    released = True


class IssueFactory(DjangoModelFactory):
    class Meta:
        model = models.Issue
        django_get_or_create = ("slug",)

    slug = factory.Sequence("issue-{:04}".format)
    title = factory.LazyAttribute(lambda issue: issue.slug.replace("-", " ").title())
    group = "Matters"
    released = True


class FindingFactory(DjangoModelFactory):
    """A public one about the timeline, that rests on an article which is released."""

    class Meta:
        model = models.Finding

    slug = factory.Sequence("finding-{:04}".format)
    page = "/"
    text = "They met twice."
    day = datetime.date(2031, 5, 10)
    sources = factory.LazyFunction(lambda: [ArticleFactory(released=True).slug])
    publication = "published"


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = models.Person
        django_get_or_create = ("slug",)

    slug = factory.Sequence("person-{:04}".format)
    name = factory.LazyAttribute(lambda person: person.slug.replace("-", " ").title())


class EntryFactory(DjangoModelFactory):
    """A draft without any report; `reported` publishes."""

    class Meta:
        abstract = True

    title = factory.LazyAttribute(lambda entry: f"Title of {entry.slug}")


class RoundFactory(EntryFactory):
    class Meta:
        model = models.Round

    slug = factory.Sequence("freedonia-city-2031-05-{:04}".format)


class SwapFactory(EntryFactory):
    class Meta:
        model = models.Swap

    slug = factory.Sequence("swap-2031-05-{:04}".format)


class ProposalFactory(EntryFactory):
    class Meta:
        model = models.Proposal

    slug = factory.Sequence("proposal-2031-05-{:04}".format)


class EventFactory(EntryFactory):
    class Meta:
        model = models.Event

    slug = factory.Sequence("event-2031-05-{:04}".format)


class CitationFactory(DjangoModelFactory):
    class Meta:
        model = models.Citation

    article = factory.SubFactory(ArticleFactory)
    entry = factory.SubFactory(EventFactory)
    paragraphs = "1"


class DelegationFactory(DjangoModelFactory):
    class Meta:
        model = models.Delegation

    article = factory.SubFactory(ArticleFactory)
    round = factory.SubFactory(RoundFactory)
    party = factory.SubFactory(PartyFactory)
    paragraphs = "2"


class DelegateFactory(DjangoModelFactory):
    class Meta:
        model = models.Delegate

    delegation = factory.SubFactory(DelegationFactory)
    person = factory.SubFactory(PersonFactory)
    paragraphs = "2"


class TransferFactory(DjangoModelFactory):
    class Meta:
        model = models.Transfer

    article = factory.SubFactory(ArticleFactory)
    swap = factory.SubFactory(SwapFactory)
    date = datetime.date(2031, 5, 12)
    from_party = factory.SubFactory(PartyFactory)
    to_party = factory.SubFactory(PartyFactory)
    kind = "prisoners-of-war"
    count = 10
    paragraphs = "3"


class ProvisionFactory(DjangoModelFactory):
    class Meta:
        model = models.Provision

    article = factory.SubFactory(ArticleFactory)
    proposal = factory.SubFactory(ProposalFactory)
    key = factory.Sequence("demand-{:04}".format)
    issue = factory.SubFactory(IssueFactory)
    text = "A demand in own words."
    paragraphs = "4"


class AccountFactory(DjangoModelFactory):
    class Meta:
        model = models.Account

    article = factory.SubFactory(ArticleFactory)
    entry = factory.SubFactory(EventFactory)
    party = factory.SubFactory(PartyFactory)
    text = "What they said, in own words."
    paragraphs = "5"


class AmendmentFactory(DjangoModelFactory):
    """An account that somebody suggested."""

    class Meta:
        model = models.Amendment
        exclude = ["party"]

    article = factory.SubFactory(ArticleFactory)
    entry = factory.SubFactory(EventFactory)
    party = factory.SubFactory(PartyFactory)
    sort = "account"
    words = "What they said, in own words."
    sent = factory.LazyAttribute(lambda one: {"entry": one.entry.pk, "party": one.party.pk, "text": one.words})


FACTORIES = {"round": RoundFactory, "swap": SwapFactory, "proposal": ProposalFactory, "event": EventFactory}


class FormerSlugFactory(DjangoModelFactory):
    """Of an entry; of another row with `entry=None` and that row."""

    class Meta:
        model = models.FormerSlug

    slug = factory.Sequence("former-slug-{:04}".format)
    entry = factory.SubFactory(EventFactory)


class ChangeFactory(DjangoModelFactory):
    class Meta:
        model = models.Change

    entry = factory.SubFactory(EventFactory)
    sort = "changed"


class LinkCheckFactory(DjangoModelFactory):
    class Meta:
        model = models.LinkCheck

    article = factory.SubFactory(ArticleFactory)
    url = "https://gazette.example/talks"
    outcome = "alive"
    status = 200


@one_edit()
def reported(kind, slug, article=None, *, title="", summary="", published=True, **facts):
    """An entry that `article` reports with these facts (column=text), published unless told otherwise, and settled.

    Call it again with the same slug and another article to add that article's report. Give `start` for the date.
    """
    article = article or ArticleFactory()
    model = models.KINDS[kind]
    entry = model.objects.filter(slug=slug).first() or FACTORIES[kind](slug=slug)
    title = title or f"Title of {slug}"
    CitationFactory(article=article, entry=entry, title=title, summary=summary)
    for field, value in facts.items():
        CitationFactory(article=article, entry=entry, field=field, value=value)
    settle({entry.pk: "test"})
    entry = model.objects.get(pk=entry.pk)
    if published:
        entry.publication = "published"
        entry.save()
    return entry


def article_of(publisher, published, **given):
    """The first article of a publisher that is called like its slug, published on that day."""
    of = PublisherFactory(slug=publisher, name=publisher.title())
    return ArticleFactory(
        slug=f"{publisher}-1", publisher=of, published=datetime.date.fromisoformat(published), **given
    )


def talks_in_marx_hall(article, **facts):
    """A round that is known by what is awkward to write: signs of HTML in title and outcome; its addition is noted."""
    told = {
        "title": "Talks <in> Marx Hall",
        "start": "2031-05-02",
        "end": "2031-05-03",
        "status": "held",
        "city": "Marx Hall",
        "outcome": "They agreed on hats & coats.",
    }
    one = reported("round", "talks", article, **told, **facts)
    note_additions([one])
    return one


def many_events(count, *, article=None, party=None):
    """`count` published events on as many days, inserted in bulk as the loader would leave them."""
    article = article or ArticleFactory(published=datetime.date(2020, 1, 1))
    party = party or PartyFactory()
    days = [datetime.date(2020, 1, 1) + datetime.timedelta(days=number) for number in range(count)]
    shared = {"kind": "event", "publication": "published", "introduced_by": article}
    known = {"first_reported": article.published, "last_reported": article.published}
    entries = models.Entry.objects.bulk_create(
        models.Entry(slug=f"event-{n}", title=f"Event {n}", start=day, **shared, **known) for n, day in enumerate(days)
    )
    for entry in entries:
        event = models.Event(entry_ptr=entry)
        event.__dict__.update(entry.__dict__)
        event.save_base(raw=True, force_insert=True)
    mentions = [models.Citation(entry=e, article=article, title=e.title) for e in entries]
    starts = [models.Citation(entry=e, article=article, field="start", value=e.start.isoformat()) for e in entries]
    models.Citation.objects.bulk_create(mentions + starts)
    models.EntryParty.objects.bulk_create(
        models.EntryParty(entry=e, party=party, since=article.published) for e in entries
    )
    models.Placement.objects.bulk_create(
        models.Placement(entry=e, start=e.start, since=article.published) for e in entries
    )
    titles = [(entry, indexed(entry.title)) for entry in entries]
    put_into_index(
        models.Wording.objects.bulk_create(
            models.Wording(entry=entry, title=title, body=title, since=article.published) for entry, title in titles
        )
    )
    return entries
