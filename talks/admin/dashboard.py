"""The first page of the admin: beside Django's list of what there is, what waits for an editor."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from talks import queries
from talks.admin.roles import may_publish
from talks.editing.paragraphs import articles_to_settle
from talks.files.doubts import unanswered
from talks.models import KINDS, Amendment, Article, Finding, LinkCheck, Revision
from talks.queries import waiting
from talks.words.kinds import counted
from talks.words.language import number

LATEST = 1_000  # articles of which improbable reports are listed
PUBLISHED, DRAFT = "publication__exact=published", "publication__exact=draft"
WAITING = "?state__exact=waiting"
# Sort of what waits: its heading, what it means, and the filter of a list that gives the same.
ENTRIES = {
    "drafts": (_("Drafts waiting"), _("Nobody but editors sees them."), DRAFT),
    "disputed": (
        _("Discrepancies to look at"),
        _("Articles differ on a fact or a number."),
        f"{PUBLISHED}&sources=differ",
    ),
    "one_source": (_("One source only"), _("Copies of one wire are one source."), f"{PUBLISHED}&sources=one"),
    "undated": (
        _("No date reported"),
        _("They stand at the day of the first report."),
        f"{PUBLISHED}&precision__exact=reported",
    ),
}


@dataclass(frozen=True)
class Block:
    """What waits of one sort. `first`: [(address, title)]; `all`: [(address of a list, what is in it)]."""

    name: str
    heading: str
    meaning: str
    total: str
    first: list
    all: list


def at_most(count, most):
    """A number as text; of more than `most`, that it is more."""
    if count <= most:
        return number(count)
    # Translators: a number of rows that is not counted to its end, such as “more than 10,000”.
    return gettext("more than %(count)s") % {"count": number(most)}


def blocks(site, request):
    """The `Block`s of what the user of this request may see in the admin `site`."""

    def may_view(model):
        return site.get_model_admin(model).has_view_permission(request)

    revision = Revision.current()
    kinds = [kind for kind, model in KINDS.items() if may_view(model)]
    found = []
    if kinds:
        found += entry_blocks(queries.kept(revision, waiting.entries_waiting), kinds)
    if may_view(Finding):
        found.append(findings_block(*queries.kept(revision, waiting.draft_findings)))
    if may_view(Amendment):
        found.append(amendments_block(request.user))
    if may_view(Article):
        found.append(improbable_block(*queries.kept(revision, improbable)))
        found += article_blocks(
            queries.kept(revision, waiting.articles_with_unused_paragraphs),
            queries.kept(revision, articles_to_settle),
        )
    return found


def entry_blocks(found, kinds):
    for sort, (heading, meaning, query) in ENTRIES.items():
        counts, first = found[sort]
        shown = {kind: counts[kind] for kind in kinds if counts[kind]}
        most = max(shown.values(), default=0)
        yield Block(
            sort,
            heading,
            meaning,
            at_most(sum(shown.values()) if most <= waiting.MOST else most, waiting.MOST),
            [(reverse(f"admin:talks_{kind}_change", args=[pk]), title) for kind, pk, title in first if kind in kinds],
            [(f"{list_of(kind)}?{query}", of_kind(kind, count)) for kind, count in shown.items()],
        )


def of_kind(kind, count):
    """So many entries of a kind: “12 rounds”, “more than 10,000 events”."""
    if count <= waiting.MOST:
        return counted(kind, count)
    # Translators: “rounds: more than 10,000”.
    told = {"kind": KINDS[kind]._meta.verbose_name_plural, "count": at_most(count, waiting.MOST)}
    return gettext("%(kind)s: %(count)s") % told


def findings_block(count, first):
    """Findings of the editors that readers do not see yet."""
    told = ngettext("%(count)s finding", "%(count)s findings", count) % {"count": at_most(count, waiting.MOST)}
    return Block(
        "findings",
        _("Findings not published"),
        _("What editors concluded, and readers do not see yet."),
        at_most(count, waiting.MOST),
        [(reverse("admin:talks_finding_change", args=[pk]), text) for pk, text in first],
        [(f"{list_of('finding')}?{DRAFT}", told)] if count else [],
    )


def amendments_block(user):
    """What waits for an editor's word; of an author, what came of their own."""
    decides = may_publish(user)
    theirs = {"state": Amendment.State.WAITING} if decides else {"author": user}
    found = Amendment.objects.filter(**theirs).select_related("entry")
    rows, total = list(found[: waiting.FIRST]), at_most(waiting.count(found), waiting.MOST)
    first = [(reverse("admin:talks_amendment_change", args=[row.pk]), in_words(row, user)) for row in rows]
    if decides:
        heading, query = _("Suggestions to decide on"), WAITING
        meaning = _("Authors suggest them for published entries.")
    else:
        heading, query = _("Your suggestions"), ""
        meaning = _("What you suggested, and what came of it.")
    every = [(f"{list_of('amendment')}{query}", Amendment._meta.verbose_name_plural)] if rows else []
    return Block("amendments", heading, meaning, total, first, every)


def in_words(amendment, user):
    """An amendment as a line; of one's own, with the editor's answer."""
    if may_publish(user):
        return str(amendment)
    return ": ".join(filter(None, [amendment.get_state_display(), amendment.answer, str(amendment)]))


def improbable():
    """(how many rows of the latest articles are improbable without a reason, [(article pk, in words)] of the first)."""
    found = unanswered(LATEST)
    return len(found), [(pk, doubt.sentence) for pk, doubt in found[: waiting.FIRST]]


def improbable_block(count, first):
    """What is improbable in reports; the desk of an article, and the page of its entry, ask why it is right."""
    titles = dict(Article.objects.filter(pk__in=[pk for pk, _ in first]).values_list("pk", "title")) if first else {}
    meaning = _("A day, a number or a person in the latest %(count)s articles. Mend it, or say there why it is right.")
    return Block(
        "improbable",
        _("Improbable, and no reason given"),
        meaning % {"count": number(LATEST)},
        number(count),
        [(reverse("admin:talks_article_desk", args=[pk]), f"{titles[pk]}: {told}") for pk, told in first],
        [],
    )


def article_blocks(unused, lost):
    """Articles with paragraphs that nothing cites, with cited ones that the text has no longer, and with dead links."""
    yield article_block(
        "unused",
        _("Paragraphs not used"),
        _("Articles of whose text no report cites some paragraph."),
        "paragraphs=unused",
        Article.objects.filter(pk__in=unused[: waiting.FIRST]),
        len(unused),
        waiting.MOST_UNUSED,
    )
    yield article_block(
        "lost",
        _("Paragraphs to find again"),
        _("Reports cite paragraphs that the text has no longer."),
        "paragraphs=lost",
        Article.objects.filter(pk__in=lost),
        len(lost),
    )
    dead = waiting.with_dead_links(Article.objects)
    count = waiting.count(dead)
    yield article_block("dead", _("Dead links"), meaning_of_links(count), "links=dead", dead, count)


def article_block(name, heading, meaning, query, articles, count, most=waiting.MOST):
    """The `Block` of so many articles, the first of which are among `articles`; `query`: of the list of them all."""
    first = articles.order_by("-published", "slug").values_list("pk", "title")[: waiting.FIRST] if count else ()
    return Block(
        name,
        heading,
        meaning,
        at_most(count, most),
        [(reverse("admin:talks_article_change", args=[pk]), title) for pk, title in first],
        [(f"{list_of('article')}?{query}", articles_in_words(count, most))] if count else [],
    )


def meaning_of_links(number_dead):
    if not number_dead and not LinkCheck.objects.exists():
        return _("No address was checked yet: “manage.py check_links” does.")
    return _("Articles whose address leads nowhere, as “manage.py check_links” found.")


def articles_in_words(count, most):
    return ngettext("%(count)s article", "%(count)s articles", count) % {"count": at_most(count, most)}


def list_of(name):
    return reverse(f"admin:talks_{name}_changelist")
