"""What the pages of the admin cost with few entries and with many.

In process, as `tests.bench.timeline` measures, with an editor signed in. The record is that of `tests.bench.fill`, with
what the admin reads beside it: each kind's own table, what search finds, evidence, texts of articles, checks of links.
"""

import gc
import json
import re
import time
from itertools import count

SIZES = 100, 100_000
ROUNDS = 7
BATCH = 5000


def run_here():
    """Measure every page at every size in the database of the environment, which must be empty."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tests.bench import fill
    from tests.bench.timeline import version

    call_command("migrate", verbosity=0)
    fill.add_vocabulary()
    add_people()
    client, results = signed_in(), []
    for size in SIZES:
        grow(size)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        results.append({"size": size, "pages": measure_pages(client, addresses())})
    return {"database": f"{connection.display_name} {version(connection)}", "sizes": results}


def signed_in():
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.create_superuser("editor"))
    return client


def add_people(count=200):
    from talks.derived.rewording import reword
    from talks.models import Person

    people = Person.objects.bulk_create(
        Person(slug=f"person-{n}", name=f"Person Number{n}", aliases=[f"Spelled{n} Otherwise"]) for n in range(count)
    )
    reword({Person: [person.pk for person in people]}, "")


def grow(size):
    """Add entries until there are `size`; see `tests.bench.fill.grow`."""
    from django.db.models import Max

    from talks.models import Article, Entry, Revision
    from tests.bench import fill

    last = {model: model.objects.aggregate(last=Max("pk"))["last"] or 0 for model in (Entry, Article)}
    fill.grow(size)
    for model, complete in ((Entry, complete_entries), (Article, complete_articles)):
        rows = model.objects.filter(pk__gt=last[model]).order_by("pk")
        for start in range(0, rows.count(), BATCH):
            complete(list(rows[start : start + BATCH]))
    Revision.advance()


def complete_entries(entries):
    """Every ninth is a draft, every seventh without a date, every third of one source, every 51st disputed."""
    from talks.derived.index import put_into_index
    from talks.derived.stems import indexed
    from talks.models import KINDS, Entry, Evidence, Wording

    for entry in entries:
        child = KINDS[entry.kind](entry_ptr=entry)
        child.__dict__.update({name: value for name, value in entry.__dict__.items() if name != "_state"})
        child.save_base(raw=True, force_insert=True)
        entry.publication = "draft" if entry.pk % 9 == 0 else "published"
        entry.precision = "reported" if entry.pk % 7 == 0 else "day"
    Entry.objects.bulk_update(entries, ["publication", "precision"], batch_size=500)
    Evidence.objects.bulk_create(
        Evidence(entry=entry, articles=1, one_source=entry.pk % 3 == 0, disputed=entry.pk % 51 == 0)
        for entry in entries
    )
    wordings = []
    for entry in entries:
        title = indexed(entry.title)
        body = title + indexed(entry.summary)
        wordings.append(Wording(entry=entry, title=title, body=body, since=entry.first_reported))
    put_into_index(Wording.objects.bulk_create(wordings))


def complete_articles(articles):
    """Every article has a text; every twentieth has a dead link."""
    from talks.derived.rewording import reword
    from talks.models import Article, LinkCheck

    for article in articles:
        article.url = f"https://gazette.example/{article.slug}"
        article.text = "\n\n".join(f"Paragraph {number} of a made-up text. " * 8 for number in range(1, 9))
        article.paragraph_count = 8
    Article.objects.bulk_update(articles, ["url", "text", "paragraph_count"], batch_size=500)
    LinkCheck.objects.bulk_create(
        LinkCheck(article=article, url=article.url, outcome="dead" if article.pk % 20 == 0 else "alive", status=200)
        for article in articles
    )
    reword({Article: [article.pk for article in articles]}, "")


def addresses():
    """{name of a page: its address}."""
    from django.urls import reverse

    from talks.models import Article, Round

    def of(name, *args, **query):
        return reverse(f"admin:talks_{name}", args=args, query=query)

    def choices(model, field, term):
        query = {"app_label": "talks", "model_name": model, "field_name": field, "term": term}
        return reverse("admin:autocomplete", query=query)

    entry, article = Round.objects.order_by("-pk").first(), Article.objects.order_by("-pk").first()
    return {
        "dashboard": reverse("admin:index"),
        "list of rounds": of("round_changelist"),
        "drafts among the rounds": of("round_changelist", publication__exact="draft"),
        "rounds of one party": of("round_changelist", party="1"),
        "rounds where sources differ": of("round_changelist", sources="differ", publication__exact="published"),
        "rounds of a year": of("round_changelist", start__year=entry.start.year),
        "rounds sorted by title": of("round_changelist", o="1"),
        "search for a rare word": of("round_changelist", q=entry.title.split()[-1]),
        "search for a word in all": of("round_changelist", q="title"),
        "search by slug": of("round_changelist", q=entry.slug),
        "page of a round": of("round_change", entry.pk),
        "list of articles": of("article_changelist"),
        "articles with unused paragraphs": of("article_changelist", paragraphs="unused"),
        "articles with dead links": of("article_changelist", links="dead"),
        "search for an article": of("article_changelist", q="number 7"),
        "page of an article": of("article_change", article.pk),
        "list of citations": of("citation_changelist"),
        "citations of a fact": of("citation_changelist", fact="start"),
        "citations sorted by article": of("citation_changelist", o="4"),
        "search for citations": of("citation_changelist", q=entry.slug),
        "choices of an article": choices("citation", "article", "tit"),
        "choices of a round": choices("swap", "agreed_at", "number 1"),
        "choices of a person, by alias": choices("delegate", "person", "spelled1"),
    }


def measure_pages(client, pages):
    """{name: milliseconds of CPU and of the clock, and queries} of these addresses, warm, and of what changes them."""
    from django.test import Client

    from talks.models import Revision

    visitor = Client(SERVER_NAME="localhost")
    result = {name: measure_page(client, address) for name, address in pages.items()}
    result["timeline, of a visitor"] = measure_page(visitor, "/")
    Revision.advance()
    result["dashboard, first after a change"] = measure_page(client, pages["dashboard"], before=Revision.advance)
    return result | measure_edits(client, visitor, pages["page of a round"])


def measure_edits(client, visitor, address):
    """As above, of a round whose summary is changed, of its form sent as it was, and of a visitor's first page then."""
    from django.test.utils import setup_test_environment, teardown_test_environment

    from tests.admin_pages import form_data

    setup_test_environment()  # for the context of one page
    data, numbers = form_data(client.get(address)) | {"reason": "It is told more exactly."}, count()
    teardown_test_environment()

    def sent(**changed):
        """The form as it is opened now: one that was opened before the last edit is refused."""
        opened = re.search(r'name="opened" value="([^"]*)"', client.get(address).content.decode())[1]
        return data | {"opened": opened} | changed

    def edit():
        return sent(summary=f"What happened, as told for the {next(numbers)}. time.")

    return {
        "the form of a round sent as it was": measure_page(client, address, data=sent),
        "an edit of a round": measure_page(client, address, data=edit),
        "timeline, first after an edit": measure_page(visitor, "/", before=lambda: client.post(address, edit())),
    }


def measure_page(client, address, before=None, data=None):
    """What a page costs, or, with `data`, what it costs to send that."""
    best = {"cpu": float("inf"), "clock": float("inf")}
    client.get(address)
    for _ in range(ROUNDS):
        gc.collect()
        if before:
            before()
        sent = data and data()
        clock, cpu = time.perf_counter(), time.process_time()
        queries, answer = counted(client, address, sent)
        times = {"cpu": (time.process_time() - cpu) * 1000, "clock": (time.perf_counter() - clock) * 1000}
        best = {unit: min(best[unit], value) for unit, value in times.items()}
        if answer.status_code != (302 if data else 200):
            raise RuntimeError(f"{address}: {answer.status_code}")
    return best | {"queries": queries}


def counted(client, address, sent=None):
    """The number of queries, and the answer, to what is sent if anything is."""
    from django.db import connection

    queries = []

    def note(execute, sql, *args):
        queries.append(sql)
        return execute(sql, *args)

    with connection.execute_wrapper(note):
        answer = client.get(address) if sent is None else client.post(address, sent)
    return len(queries), answer


if __name__ == "__main__":
    print(json.dumps(run_here()))
