"""What editors conclude about a page."""

from dataclasses import dataclass

from talks.models import Article, Citation, Finding, Page, Seen


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
    slugs = {slug for finding in findings for slug in finding.sources}
    shown = Article.objects.visible(seen).filter(slug__in=slugs).with_publishers().defer("text", "filed")
    articles = {article.slug: article for article in shown}
    return [
        FoundByEditors(finding, [Citation(article=articles[slug]) for slug in finding.sources])
        for finding in findings
        if articles.keys() >= set(finding.sources)
    ]
