"""What waits for an editor: drafts, and what should be looked at. Staff only: drafts are among it."""

from typing import Any

from django.db.models import F, Q, QuerySet

from talks.models import KINDS, REPORTS, Article, Entry, Finding, LinkCheck
from talks.models.entries import Publication
from talks.models.standing import BORNE_OUT

MOST = 10_000  # rows that a number on a page of editors counts; beyond, it says “more than”
MOST_UNUSED = 1_000  # articles with unused paragraphs that are listed, the latest
FIRST = 5

LOOKS: dict[str, dict[str, Any]] = {asked: {f"evidence__{column}": True} for asked, column in BORNE_OUT.items()}
PUBLISHED: dict[str, Any] = {"publication": Publication.PUBLISHED}
SORTS: dict[str, dict[str, Any]] = {  # sort of what waits: what its entries are like
    "drafts": {"publication": Publication.DRAFT},
    "one_source": PUBLISHED | LOOKS["one"],
    "disputed": PUBLISHED | LOOKS["differ"],
    "undated": PUBLISHED | {"precision": Entry.Precision.REPORTED},
}


def count(rows: QuerySet) -> int:
    """The number of rows, at most `MOST` and one."""
    return rows.order_by().values("pk")[: MOST + 1].count()


def entries_waiting() -> dict[str, tuple[dict[str, int], list[tuple[str, int, str]]]]:
    """{sort: ({kind: number of entries}, [(kind, pk, title) of the first few])}; keep it (`talks.queries.kept`)."""
    waiting = {}
    for sort, like in SORTS.items():
        counts = {kind: count(Entry.objects.filter(kind=kind, **like)) for kind in KINDS}
        first = Entry.objects.filter(**like).order_by("-start", "-pk").only("kind", "title", "translations")[:FIRST]
        waiting[sort] = counts, [(entry.kind, entry.pk, str(entry)) for entry in first]
    return waiting


def draft_findings() -> tuple[int, list[tuple[int, str]]]:
    """(the number of findings that are drafts, (pk, text) of the latest few); keep it (`talks.queries.kept`)."""
    drafts = Finding.objects.filter(publication=Publication.DRAFT)
    return count(drafts), list(drafts.order_by("-day", "-pk").values_list("pk", "text")[:FIRST])


def articles_with_unused_paragraphs() -> list[int]:
    """The pks of articles of whose text no row cites some paragraph, newest first, at most `MOST_UNUSED` and one.

    It reads all reports of articles with a text, so keep it (`talks.queries.kept`).
    """
    written = Article.objects.filter(paragraph_count__isnull=False).order_by("-published", "slug")
    counts = dict(written.values_list("pk", "paragraph_count"))
    first, *rest = (
        model.objects.filter(article__paragraph_count__isnull=False)
        .exclude(paragraphs="")
        .order_by()
        .values_list("article", "paragraphs")
        for model in REPORTS
    )
    cited: dict[int, set[str]] = {}
    for pk, paragraphs in first.union(*rest).iterator():
        cited.setdefault(pk, set()).update(paragraphs.split(", "))
    unused = (pk for pk, n in counts.items() if n and not cited.get(pk, set()).issuperset(map(str, range(1, n + 1))))
    return [pk for pk, _ in zip(unused, range(MOST_UNUSED + 1), strict=False)]


def languages() -> list[str]:
    """The languages of all articles; keep it (`talks.queries.kept`)."""
    return list(Article.objects.order_by("language").values_list("language", flat=True).distinct())


def with_dead_links(articles: QuerySet[Article]) -> QuerySet[Article]:
    """Those of these articles of which an address is dead, as far as it was checked."""
    checks = LinkCheck.objects.filter(outcome=LinkCheck.Outcome.DEAD)
    of_today = checks.filter(Q(url=F("article__url")) | Q(url=F("article__archived_url")))
    return articles.filter(pk__in=of_today.values("article"))
