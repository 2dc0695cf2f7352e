"""Lists and autocompletes of the admin: what they find, what they count, and that they read no table to its end."""

import datetime
import re

import pytest
from django.contrib.admin import site
from django.contrib.admin.widgets import AutocompleteMixin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from talks import models
from talks.admin import finding
from talks.admin.lists import CappedPaginator
from talks.derived.rewording import reword
from talks.derived.settle import settle
from tests import factories as make
from tests.admin_pages import fill, url, warm

pytestmark = pytest.mark.django_db


def names(client, model, **query):
    """The slugs, or names, of what the list shows for these parameters."""
    page = client.get(url(model, "changelist"), query)
    assert page.status_code == 200, page.headers
    return [getattr(row, "slug", str(row)) for row in page.context["cl"].result_list]


def choices(client, model, field, term):
    query = {"app_label": "talks", "model_name": model, "field_name": field, "term": term}
    found = client.get(reverse("admin:autocomplete", query=query)).json()
    return [one["text"] for one in found["results"]]


# Search


@pytest.fixture(scope="module")
def talks(once):
    """A published round and a draft, both reported."""
    article = make.ArticleFactory(slug="gazette-2031-05-10")
    told = {"summary": "They exchanged hats.", "city": "Freedonia City"}
    make.reported("round", "freedonia-city-2031-05-02", article, title="Talks on hats", start="2031-05-02", **told)
    make.reported("round", "draft-2031-05-03", article, title="Talks on coats", published=False, venue="Opera")
    make.reported("event", "hats-2031", article, title="Hats are late")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("hats", ["freedonia-city-2031-05-02"]),
        ("HAT", ["freedonia-city-2031-05-02"]),
        ("ha", ["freedonia-city-2031-05-02"]),
        ("exchange", ["freedonia-city-2031-05-02"]),
        ("city talk", ["freedonia-city-2031-05-02"]),
        ("coats", ["draft-2031-05-03"]),
        ("opera", ["draft-2031-05-03"]),
        ("talks", ["draft-2031-05-03", "freedonia-city-2031-05-02"]),
        ("freedonia-city-2031-05-02", ["freedonia-city-2031-05-02"]),
        ("Freedonia-City-2031", ["freedonia-city-2031-05-02"]),
        ("draft-2031", ["draft-2031-05-03"]),
        ("hats coats", []),
        ("ats", []),
        ("“”", []),
        ('" OR 1', []),
        ("%", []),
        ("hats " * 3000, ["freedonia-city-2031-05-02"]),
    ],
)
def test_entries_are_found_by_beginnings_of_words_and_by_slug_drafts_too(admin_client, talks, text, found):
    assert names(admin_client, models.Round, q=text) == found


@pytest.mark.parametrize("text", ["unreported", "Nobody saw", "unreported-2031", "saw unre"])
def test_a_draft_that_no_article_reports_is_found_by_title_and_slug(admin_client, text):
    make.RoundFactory(slug="unreported-2031", title="Nobody saw it")
    make.EventFactory(slug="unreported-event-2031", title="Nobody saw this")

    assert names(admin_client, models.Round, q=text) == ["unreported-2031"]


def test_search_and_filters_go_together(admin_client, talks):
    assert names(admin_client, models.Round, q="talks", publication__exact="draft") == ["draft-2031-05-03"]


def test_articles_are_found_by_title_publisher_and_slug_and_not_by_their_text(admin_client):
    herald = make.PublisherFactory(slug="herald", name="The Herald")
    article = make.ArticleFactory(slug="herald-2031", title="Talks open", publisher=herald, text="Secret words.")
    reword({models.Article: [article.pk]}, "test")

    found = {text: names(admin_client, models.Article, q=text) for text in ("open", "heral", "herald-20", "secret")}

    assert found == {"open": ["herald-2031"], "heral": ["herald-2031"], "herald-20": ["herald-2031"], "secret": []}


@pytest.fixture
def firefly():
    person = make.PersonFactory(slug="rufus-firefly", name="Rufus Firefly", aliases=["Руфус Світлячок"])
    reword({models.Person: [person.pk]}, "test")
    return person


@pytest.mark.parametrize("text", ["fire", "Rufus", "світ", "Світлячок", "rufus-f"])
def test_a_person_is_found_by_alias_in_the_list_and_where_one_is_chosen(admin_client, firefly, text):
    assert names(admin_client, models.Person, q=text) == ["rufus-firefly"]
    assert choices(admin_client, "delegate", "person", text) == ["Rufus Firefly"]


def test_reported_rows_are_found_by_their_entry_and_by_the_slug_of_their_article(admin_client, talks, firefly):
    entry = models.Round.objects.get(slug="freedonia-city-2031-05-02")
    other = make.ArticleFactory(slug="herald-2031")
    make.AccountFactory(article=other, entry=models.Event.objects.get(), text="Frank talks.")
    make.DelegateFactory(delegation=make.DelegationFactory(round=entry), person=firefly)
    settle(dict.fromkeys(models.Entry.objects.values_list("pk", flat=True), "test"))

    assert names(admin_client, models.Citation, q="hats are late") == ["reports it"]
    assert len(names(admin_client, models.Citation, q="gazette-2031-05-10")) == models.Citation.objects.count()
    assert len(names(admin_client, models.Account, q="frank")) == 1
    assert len(names(admin_client, models.Account, q="herald-2031")) == 1
    assert names(admin_client, models.Delegate, q="світлячок") == ["Rufus Firefly"]
    assert len(names(admin_client, models.Delegation, q="freedonia-city")) == 1


@pytest.mark.parametrize("term", ["tit gaz", "gazette\0"])
def test_an_article_is_chosen_by_the_beginning_of_a_word(admin_client, gazette, term):
    reword({models.Article: [gazette.pk]}, "test")

    assert choices(admin_client, "citation", "article", term) == [str(gazette)]


def test_a_search_that_finds_very_much_says_that_it_does_not_list_all(admin_client, monkeypatch):
    monkeypatch.setattr(finding, "MOST", 2)
    for number in range(4):
        make.reported("event", f"event-{number}", title="Talks", start="2031-05-01")

    page = admin_client.get(url(models.Event, "changelist"), {"q": "talks"})

    assert [str(message) for message in page.context["messages"]] == [
        "More than 2 rows have these words; some of them are not listed. Add a word."
    ]
    assert len(page.context["cl"].result_list) == 3


# Numbers


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(CappedPaginator, "most", 60)


@pytest.mark.parametrize(
    ("size", "told"),
    [
        (0, "0 events"),
        (1, "1 event"),
        (60, "60 events"),
        (61, "more than 60 events; search or filter to see the others"),
    ],
)
def test_a_list_counts_its_rows_up_to_a_limit(admin_client, few, size, told):
    make.many_events(size)

    page = admin_client.get(url(models.Event, "changelist")).content.decode()

    number = re.search(r'<p class="paginator">(.*?)</p>', page, re.DOTALL)[1]
    assert [line.strip() for line in number.splitlines() if "event" in line] == [told]


def test_a_list_beyond_the_limit_has_pages_up_to_it_and_offers_not_to_choose_all(admin_client, few):
    make.many_events(120)

    page = admin_client.get(url(models.Event, "changelist"), {"p": 2})

    assert len(page.context["cl"].result_list) == 10
    assert "across all pages" not in page.content.decode()
    assert admin_client.get(url(models.Event, "changelist"), {"p": 3}).status_code == 302


def test_a_list_within_the_limit_offers_to_choose_all(admin_client):
    make.many_events(60)

    assert "Select all 60 events" in admin_client.get(url(models.Event, "changelist")).content.decode()


# Filters


def test_entries_are_filtered_by_party_and_issue(admin_client, freedonia, sylvania):
    hats = make.IssueFactory(slug="hats")
    make.reported("event", "one", start="2031-05-02", parties="freedonia, sylvania", issues="hats")
    make.reported("event", "two", start="2031-05-01", parties="freedonia")

    assert names(admin_client, models.Event, party=freedonia.pk) == ["one", "two"]
    assert names(admin_client, models.Event, party=sylvania.pk) == ["one"]
    assert names(admin_client, models.Event, party=freedonia.pk, issue=hats.pk) == ["one"]
    for nobody in ("nobody", "0", "²", "9" * 30):
        assert names(admin_client, models.Event, party=nobody) == ["one", "two"]


def test_citations_are_filtered_by_fact(admin_client):
    make.reported("event", "one", start="2031-05-02")

    assert names(admin_client, models.Citation, fact="start") == ["start: 2031-05-02"]
    assert names(admin_client, models.Citation, fact="-") == ["reports it"]


def test_articles_are_filtered_by_the_languages_that_there_are(admin_client):
    make.ArticleFactory(slug="english")
    make.ArticleFactory(slug="french", language="fr")

    page = admin_client.get(url(models.Article, "changelist"), {"language": "fr"})
    spec = next(spec for spec in page.context["cl"].filter_specs if spec.title == "language")

    assert [row.slug for row in page.context["cl"].result_list] == ["french"]
    assert spec.lookup_choices == [("en", "English"), ("fr", "French")]


def test_years_lead_to_the_rows_of_each(admin_client):
    for year in (2029, 2031):
        make.reported("event", f"event-{year}", start=f"{year}-05-01")
    make.EventFactory(start=None)

    page = admin_client.get(url(models.Event, "changelist")).content.decode()
    links = re.findall(r'<a href="(\?start__year=\d+)">(\d+)</a>', page)

    assert links == [(f"?start__year={year}", str(year)) for year in (2029, 2030, 2031)]
    assert names(admin_client, models.Event, start__year=2029) == ["event-2029"]


def test_a_list_without_dates_offers_no_years(admin_client):
    make.EventFactory(start=None)

    assert "toplinks" not in admin_client.get(url(models.Event, "changelist")).content.decode()


# What is read

MODELS = [model for model in site._registry if model._meta.app_label == "talks"]


def sql_of(client, address):
    warm()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in queries]


@pytest.fixture(scope="module")
def filled(once):
    fill(1, 2)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("query", ["", "?q=a", "?o=1"])
def test_no_list_counts_a_whole_table_or_asks_for_all_values_of_a_large_one(admin_client, filled, model, query):
    found = sql_of(admin_client, url(model, "changelist") + query)

    counts = [sql for sql in found if "COUNT(" in sql]
    assert [sql for sql in counts if " LIMIT " not in sql] == []
    assert len(counts) <= 1  # none where it is known that nothing is found
    small = {"talks_publisher", "talks_issue"}
    distinct = [sql for sql in found if "DISTINCT" in sql]
    assert {re.search(r'FROM "(\w+)"', sql)[1] for sql in distinct} - small <= (
        {"talks_article"} if model is models.Article else set()
    )


def test_the_languages_of_all_articles_are_asked_for_once_for_each_state_of_the_record(admin_client):
    make.ArticleFactory()
    address = url(models.Article, "changelist")

    found = [sum("DISTINCT" in sql for sql in sql_of(admin_client, address)) for _ in range(3)]
    make.ArticleFactory(language="fr")
    found.append(sum("DISTINCT" in sql for sql in sql_of(admin_client, address)))

    assert found == [1, 0, 0, 1]


def test_a_list_of_articles_reads_no_text(admin_client):
    make.ArticleFactory(text="One.")

    found = sql_of(admin_client, url(models.Article, "changelist"))

    assert [sql for sql in found if '"text"' in sql or '"talks_article"."filed"' in sql] == []


SEARCHES = {  # list with a search, autocomplete
    models.Round: (12, 8),
    models.Article: (10, 7),
    models.Person: (8, 7),
    models.Citation: (8, None),
    models.Delegate: (8, None),
}
CHOOSERS = {models.Round: ("swap", "agreed_at"), models.Article: ("citation", "article")} | {
    models.Person: ("delegate", "person")
}


@pytest.mark.parametrize("count", [1, 4])
def test_a_search_needs_as_many_queries_for_many_rows_as_for_one(admin_client, count):
    fill(count, 2)
    reword({models.Article: models.Article.objects.values_list("pk", flat=True)}, "test")
    reword({models.Person: models.Person.objects.values_list("pk", flat=True)}, "test")
    words = {models.Person: "person", models.Delegate: "person"}

    found = {}
    for model in SEARCHES:
        word = words.get(model, "title")
        listed = len(sql_of(admin_client, f"{url(model, 'changelist')}?q={word}"))
        chosen = None
        if model in CHOOSERS:
            name, field = CHOOSERS[model]
            query = {"app_label": "talks", "model_name": name, "field_name": field, "term": word}
            chosen = len(sql_of(admin_client, reverse("admin:autocomplete", query=query)))
            assert len(choices(admin_client, name, field, word)) >= count
        found[model] = listed, chosen

    assert found == SEARCHES


@pytest.mark.parametrize("count", [2, 60])
def test_the_page_of_an_article_cited_for_many_rows_takes_no_query_for_each(admin_client, count):
    article = make.ArticleFactory(text="One.")
    events = make.many_events(count, article=article)
    models.Account.objects.bulk_create(
        models.Account(article=article, entry=event, party=make.PartyFactory(slug="freedonia"), text="Words.")
        for event in events
    )

    assert len(sql_of(admin_client, url(models.Article, "change", article.pk))) == 12


@pytest.mark.parametrize("count", [2, 60])
def test_the_page_of_an_entry_with_many_citations_takes_no_query_for_each(admin_client, count):
    entry = make.reported("event", "talks", start="2031-05-02")
    articles = [
        make.ArticleFactory(published=datetime.date(2031, 6, 1), publisher=make.PublisherFactory())
        for _ in range(count)
    ]
    models.Citation.objects.bulk_create(models.Citation(entry=entry, article=article) for article in articles)
    settle({entry.pk: "test"})

    assert len(sql_of(admin_client, url(models.Event, "change", entry.pk))) == 15


def test_no_page_offers_all_rows_of_a_table_as_choices(admin_client, filled):
    """An autocomplete asks for what is typed; a plain choice would hold every row of a table."""
    for model in set(MODELS) - {models.Import, models.Amendment}:  # whose pages have no form of such a row
        page = admin_client.get(url(model, "change", model.objects.first().pk)).context
        forms = [page["adminform"].form, *(f for i in page["inline_admin_formsets"] for f in i.formset.forms)]
        fields = [(name, field) for form in forms for name, field in form.fields.items()]
        plain = {name for name, field in fields if hasattr(field, "queryset") and not is_autocomplete(field.widget)}
        assert (model, plain - {"id", model._meta.pk.name, *OWNERS}) == (model, set())


OWNERS = {"entry", "round", "swap", "proposal", "delegation"}  # hidden: the row whose page it is


def is_autocomplete(widget):
    return isinstance(getattr(widget, "widget", widget), AutocompleteMixin)


def test_a_new_party_comes_after_the_others(admin_client):
    for order in (3, 7):
        make.PartyFactory(order=order)

    assert admin_client.get(url(models.Party, "add")).context["adminform"].form["order"].value() == 8


# Words


def test_lists_and_choices_say_in_the_language_of_the_page_what_the_record_says_in_it(admin_client):
    make.LocationFactory(name="Glockenberg", translations={"uk": {"name": "Ґлокенберґ"}})
    in_groups = {"title": "Кордони", "group": "Земля"}
    make.IssueFactory(title="Borders", group="Land", translations={"uk": in_groups})
    make.PartyFactory(name="Freedonia", translations={"uk": {"name": "Фридонія"}})
    for slug in ("first", "second"):
        make.reported("round", slug, make.ArticleFactory(), city="Glockenberg", title="On hats")
    models.Entry.objects.update(translations={"uk": {"title": "Зустріч"}})

    with override("uk"), CaptureQueriesContext(connection) as asked:
        rounds = admin_client.get(url(models.Round, "changelist")).content.decode()
    for_places = sum("talks_location" in query["sql"] for query in asked)
    with override("uk"):
        issues = admin_client.get(url(models.Issue, "changelist"), {"group": "Land"}).content.decode()
        parties = names(admin_client, models.Party, q="Фридон")
        desk = reverse("admin:talks_article_desk_entries")
        chosen = [admin_client.get(desk, {"term": term}).json()["results"] for term in ("hats", "Зустр", "coats")]
    in_english = admin_client.get(url(models.Round, "changelist")).content.decode()

    assert [rounds.count(words) for words in ("Зустріч</a>", "Ґлокенберґ</td>", "hats", "Glockenberg")] == [2, 2, 0, 0]
    assert [in_english.count(words) for words in ("Зустріч", "hats</a>", "Glockenberg</td>")] == [0, 2, 2]
    assert for_places == 1
    assert [issues.count(words) for words in ("Кордони</a>", "Земля</td>", "Borders<", "Land<")] == [1, 1, 0, 0]
    assert re.search(r'href="\?group=Land"[^>]*>\s*Земля', issues)
    assert len(parties) == 1
    assert [[one["text"].partition(" (")[0] for one in found] for found in chosen] == [["Зустріч"] * 2] * 2 + [[]]
