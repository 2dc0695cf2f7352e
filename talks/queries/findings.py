"""What editors conclude about a page."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from talks.models import Article, Citation, Finding, Page, Seen
from talks.queries.known import rows_named

EVERY = Q()


@dataclass(frozen=True)
class FoundByEditors:
    """A finding as its page shows it; `rows` lead to its sources, as reported rows do to theirs."""

    finding: Finding
    rows: list[Citation]


def findings_on(seen: Seen, page: Page) -> list[FoundByEditors]:
    """The findings about a page, by day, of which all sources may be shown: no sentence stands without its sources."""
    findings = list(Finding.objects.visible(seen).filter(page=page.address).order_by("day", "pk"))
    if not findings:
        return []
    articles = _articles_of(seen, findings)
    return [
        FoundByEditors(finding, [Citation(article=articles[slug]) for slug in finding.sources])
        for finding in findings
        if articles.keys() >= set(finding.sources)
    ]


def pages_with_findings(seen: Seen) -> set[str]:
    """The addresses of the pages that findings are about, whether their sources may be shown or not."""
    return set(Finding.objects.visible(seen).values_list("page", flat=True))


def _articles_of(seen: Seen, findings: Iterable[Finding]) -> dict[str, Article]:
    """{slug: article} of the sources of these findings, as far as they may be shown."""
    slugs = {slug for finding in findings for slug in finding.sources}
    shown = Article.objects.visible(seen).filter(slug__in=slugs).with_publishers().defer("text", "filed")
    return {article.slug: article for article in shown}


def findings_told(seen: Seen) -> set[int]:
    """The findings (pks) of which changes may tell."""
    return {one.finding.pk for one in all_findings(seen, Q(changes__isnull=False))}


def all_findings(seen: Seen, among: Q = EVERY) -> list[FoundByEditors]:
    """The findings, or those among some, whose sources may be shown, and the page that they are about; by their key."""
    findings = list(Finding.objects.visible(seen).filter(among).distinct().order_by("pk"))
    if not findings:
        return []
    articles = _articles_of(seen, findings)
    named = {finding.pk: set(Page.read(finding.page).named) for finding in findings}
    shown = set(rows_named(seen, set().union(*named.values())))
    return [
        FoundByEditors(one, [Citation(article=articles[slug]) for slug in one.sources])
        for one in findings
        if articles.keys() >= set(one.sources) and named[one.pk] <= shown
    ]
