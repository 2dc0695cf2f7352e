"""python manage.py check_links: whether the addresses of articles still lead to a page."""

import datetime
from collections import Counter
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import F, Q
from django.template.defaultfilters import pluralize
from django.utils import timezone

from talks.editing.links import LinkChecker, NoConnectionError, check_all, user_agent
from talks.editing.web import Client
from talks.models import Article, LinkCheck, Publisher
from talks.words.kinds import did_you_mean

DAYS = 30


class Command(BaseCommand):
    help = "Ask for the addresses of articles, slowly and one after the other, and note those that lead nowhere."

    def add_arguments(self, parser):
        parser.add_argument(
            "--older-than",
            type=whole_number,
            default=DAYS,
            metavar="DAYS",
            help=f"Ask again what was asked more than so many days ago; {DAYS} by default, 0 for all.",
        )
        parser.add_argument("--limit", type=whole_number, metavar="N", help="Ask for at most N addresses.")
        parser.add_argument("--only", metavar="PUBLISHER", help="Ask for articles of one publisher only; its slug.")

    def handle(self, *args, older_than, limit, only, **options):
        if only and not Publisher.objects.filter(slug=only).exists():
            hint = did_you_mean(only, Publisher.objects.values_list("slug", flat=True))
            raise CommandError(f"There is no publisher “{only}”. {hint}".strip())
        forget_former_addresses()
        due = links_due(timezone.now() - datetime.timedelta(days=older_than), only)[:limit]
        articles = {}
        for article, url in due:
            articles.setdefault(url, []).append(article)
        told = Counter()
        try:
            checker = LinkChecker(Client(user_agent(site_address())))
            for url, result in check_all(articles, checker, hosts_that_answered()):
                self.note(url, articles[url], result)
                told[result.outcome] += 1
        except NoConnectionError:
            self.stderr.write("No connection: nothing was checked, and what was noted before is kept.")
            raise SystemExit(1) from None
        self.stdout.write(summary(told))

    def note(self, url, articles, result):
        """Write down what came of an address, and tell it unless it leads to a page."""
        values = {name: getattr(result, name) for name in ("outcome", "status", "problem")}
        for article in Article.objects.filter(pk__in=articles).only("pk"):  # some may be deleted by now
            LinkCheck.objects.update_or_create(article=article, url=url, defaults=values | {"checked": timezone.now()})
        if result.outcome != LinkCheck.Outcome.ALIVE:
            why = " ".join(str(part) for part in (result.status, result.problem) if part)
            self.stdout.write(f"  {LinkCheck.Outcome(result.outcome).label.lower()}: {url} ({why})")


def whole_number(text):
    """For argparse, which says what is wrong when this raises."""
    if not text.isdecimal():
        raise ValueError(text)
    return int(text)


def site_address():
    """The address of this site, if the settings name one that others can reach."""
    names = [name for name in settings.ALLOWED_HOSTS if name[0].isalpha() and "." in name]
    return f"http{'s' if settings.HTTPS else ''}://{names[0]}/" if names else ""


def forget_former_addresses():
    """An article's address may have been changed; what came of the one before says nothing any more."""
    of_today = Q(url=F("article__url")) | Q(url=F("article__archived_url"))
    LinkCheck.objects.exclude(of_today).delete()


def hosts_that_answered():
    """Hosts of addresses that led to a page, the latest first."""
    alive = LinkCheck.objects.filter(outcome=LinkCheck.Outcome.ALIVE).order_by("-checked").values_list("url", flat=True)
    return list(dict.fromkeys(urlsplit(url).hostname for url in alive[:200]))


def links_due(asked_before, publisher=None):
    """[(pk of an article, address)] to be asked: those never asked first, then by when they were."""
    articles = Article.objects.filter(publisher__slug=publisher) if publisher else Article.objects
    asked = {(check.article_id, check.url): check.checked for check in LinkCheck.objects.all()}
    found = [
        (asked.get((pk, url)), pk, url)
        for pk, *urls in articles.order_by("pk").values_list("pk", "url", "archived_url")
        for url in dict.fromkeys(filter(None, urls))
    ]
    due = [link for link in found if link[0] is None or link[0] <= asked_before]
    return [(pk, url) for _, pk, url in sorted(due, key=lambda link: (link[0] is not None, link[0] or asked_before))]


def summary(told):
    total = told.total()
    if not total:
        return "No address is due."
    parts = [f"{told[outcome]:,} {words}" for outcome, words in IN_WORDS.items()]
    return f"{total:,} address{pluralize(total, 'es')}: {', '.join(parts)}."


IN_WORDS = {
    LinkCheck.Outcome.ALIVE: "alive",
    LinkCheck.Outcome.DEAD: "dead",
    LinkCheck.Outcome.UNCLEAR: "could not be checked",
}
