"""A record of any size, put straight into the tables: what the timeline reads, and nothing else.

Ten entries a day, so that a page of fifty looks the same wherever it is and however long the record; more entries make
the record longer. Each has a mention and a start that one article reports, one party or two, and a placement.
"""

import datetime
from itertools import islice

from talks.models import Article, Citation, Entry, EntryParty, Kind, Party, Placement, Publisher

FIRST_DAY = datetime.date(1996, 1, 1)
A_DAY = 10
PARTIES, PUBLISHERS, BATCH = 8, 20, 1000


def day_of(number):
    return FIRST_DAY + datetime.timedelta(days=number // A_DAY)


def add_vocabulary():
    """Parties and publishers; the last party takes part in nothing but the ten oldest entries."""
    for number in range(PARTIES + 1):
        Party.objects.create(slug=f"party-{number}", name=f"Party {number}", short=f"P{number}", kind="state")
    for number in range(PUBLISHERS):
        Publisher.objects.create(slug=f"gazette-{number}", name=f"Gazette {number}", kind="newspaper")


def grow(size):
    """Add entries until there are `size` of them."""
    numbers = iter(range(Entry.objects.count(), size))
    parties = list(Party.objects.order_by("pk"))
    publishers = list(Publisher.objects.all())
    while batch := list(islice(numbers, BATCH)):
        articles = _articles(batch, publishers)
        entries = [_entry(number, articles[number // 5]) for number in batch]
        Entry.objects.bulk_create(entries)
        Citation.objects.bulk_create(citation for entry in entries for citation in _citations(entry))
        ties = zip(batch, entries, strict=True)
        EntryParty.objects.bulk_create(tie for number, entry in ties for tie in _ties(number, entry, parties))
        Placement.objects.bulk_create(
            Placement(entry=entry, start=entry.start, since=entry.first_reported) for entry in entries
        )


def _articles(batch, publishers):
    """{a fifth of the number: article}: each reports five entries, on the day or up to two days later."""
    articles = {
        fifth: Article(
            slug=f"gazette-article-{fifth}",
            publisher=publishers[fifth % PUBLISHERS],
            title=f"Title of the article with the number {fifth}",
            published=day_of(fifth * 5) + datetime.timedelta(days=fifth % 3),
            language="en",
        )
        for fifth in sorted({number // 5 for number in batch})
    }
    Article.objects.bulk_create(articles.values())
    return articles


def _entry(number, article):
    return Entry(
        slug=f"entry-{number}",
        kind=Kind.values[number % len(Kind.values)],
        title=f"Title of the entry with the number {number}",
        summary="What happened, in a sentence or two of a common length, so that the page has its common size.",
        start=day_of(number),
        publication="published",
        introduced_by=article,
        first_reported=article.published,
        last_reported=article.published,
    )


def _citations(entry):
    article = entry.introduced_by
    yield Citation(entry=entry, article=article, title=entry.title, summary=entry.summary, paragraphs="1, 2")
    yield Citation(entry=entry, article=article, field="start", value=str(entry.start), paragraphs="1")


def _ties(number, entry, parties):
    chosen = {parties[number % PARTIES], parties[number // 3 % PARTIES]} | ({parties[-1]} if number < 10 else set())
    return [EntryParty(entry=entry, party=party, since=entry.first_reported) for party in chosen]
