"""Addresses that went through mail, chat and hands lead to the page meant, or the 404 page names it."""

import re

import pytest

from talks.derived.settle import settle
from talks.models import Round
from talks.public.addresses import mended
from talks.public.forms.fields import CALLED
from talks.words.kinds import did_you_mean, near
from tests.factories import (
    ArticleFactory,
    DelegateFactory,
    DelegationFactory,
    IssueFactory,
    PartyFactory,
    PersonFactory,
    reported,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        *(
            f"/rounds/opera-2031{end}"
            for end in ("/)", "/.", ",", "/”", "'/", "/).", "/>", "/&gt;", "/…", "/*", '"', "%")
        ),
        *("/Rounds/Opera-2031/", "/rounds//opera-2031/", "//rounds/opera-2031/", "/rounds/opera–2031/"),
        *("/rounds/opera-\n2031/", "/rounds/opera\u200b-2031/", "/<rounds/opera-2031>"),
    ],
)
def test_marks_around_an_address_and_breaks_in_it_are_mended(path):
    assert mended(path) == "/rounds/opera-2031/"


@pytest.mark.parametrize("path", ["/rounds/opera-2031/", "/nowhere/)", "//evil.example/)", "/admin/talks/)", "/ADMIN/"])
def test_what_is_right_unknown_or_the_admins_is_left_alone(path):
    assert mended(path) is None


@pytest.mark.parametrize("language", ["", "/uk"])
def test_a_mangled_address_leads_to_the_page_in_its_language_with_its_query_and_is_not_kept(client, language):
    response = client.get(f"{language}/rounds/opera-2031/)?as_of=2031-06-01")

    assert (response.status_code, response["Location"]) == (302, f"{language}/rounds/opera-2031/?as_of=2031-06-01")


def test_a_query_that_is_too_long_to_be_passed_on_leads_nowhere(client):
    assert client.get("/rounds/opera-2031/)", {"q": "a" * 20_000}).status_code == 404


def test_an_ampersand_out_of_html_is_one(client):
    response = client.get("/uk/rounds/?order=oldest&amp;q=opera")

    assert (response.status_code, response["Location"]) == (302, "/uk/rounds/?order=oldest&q=opera")
    assert client.get("/?q=a%26amp%3Bb").status_code == 200


def suggested(client, address):
    response = client.get(address)
    assert response.status_code == 404
    return re.findall(r'<li><a href="([^"]+)">[a-z0-9-]+</a></li>', response.content.decode())


def test_the_404_page_names_the_pages_that_a_cut_or_mistyped_address_may_mean(client):
    article = ArticleFactory(slug="gazette-2031-05-10-opera")
    for slug in ("opera-2031-05-01", "opera-2031-05-02", "duck-soup-2031-05-02"):
        reported("round", slug, article)
    reported("event", "opera-2031-05-03", article)
    delegation = DelegationFactory(round=Round.objects.get(slug="opera-2031-05-02"), article=article)
    DelegateFactory(delegation=delegation, person=PersonFactory(slug="rufus-firefly"), article=article)
    settle({delegation.round_id: "a delegate"})
    PartyFactory(slug="freedonia")
    IssueFactory(slug="borders")

    assert suggested(client, "/rounds/opera-2031-05-0/") == ["/rounds/opera-2031-05-02/", "/rounds/opera-2031-05-01/"]
    assert suggested(client, "/uk/rounds/duck-soop-2031-05-02/") == ["/uk/rounds/duck-soup-2031-05-02/"]
    assert suggested(client, "/people/firefly/") == ["/people/rufus-firefly/"]
    assert suggested(client, "/parties/fredonia/") == ["/parties/freedonia/"]
    assert suggested(client, "/issues/border/") == ["/issues/borders/"]
    assert suggested(client, "/articles/gazette-2031-05-10/") == ["/articles/gazette-2031-05-10-opera/"]
    assert suggested(client, "/parties/zubrowka/") == []
    assert suggested(client, "/nowhere/") == []


@pytest.mark.parametrize("publication", ["draft", "withdrawn"])
def test_the_404_page_names_nothing_that_is_not_public(client, publication):
    entry = reported("round", "opera-2031-05-01")
    entry.publication = publication
    entry.save()

    assert suggested(client, "/rounds/opera-2031-05-0/") == []


def test_the_404_page_of_an_earlier_day_names_what_was_known_then_and_leads_to_that_day(client, gazette, herald):
    reported("round", "opera-2031-05-01", gazette)
    reported("round", "opera-2031-05-02", herald)

    assert suggested(client, "/rounds/opera-2031-05-0/?as_of=2031-05-12") == [
        "/rounds/opera-2031-05-01/?as_of=2031-05-12"
    ]


@pytest.mark.parametrize(
    ("slug", "known", "slugs"),
    [
        ("zelensky", ["volodymyr-zelensky", "andrii-yermak"], ["volodymyr-zelensky"]),
        ("zelensky", ["andrii-yermak", "volodymyr-zelenskyy"], ["volodymyr-zelenskyy"]),
        ("finland", ["poland", "iceland"], []),
        ("ua", ["ukraine", "united-arab-emirates", "us"], []),
        ("ukrain", ["ukraine", "russia"], ["ukraine"]),
        ("rusia", ["ukraine", "russia"], ["russia"]),
    ],
)
def test_suggestions_are_near_or_none(slug, known, slugs):
    assert near(slug, known) == slugs
    assert did_you_mean(slug, known) == (f"Did you mean “{slugs[0]}”?" if slugs else "")


# What people call the rows that they filter by


@pytest.fixture
def parties():
    PartyFactory(slug="united-freedonia", name="United Freedonia", short="UF", country="GB")
    PartyFactory(slug="sylvania", name="Sylvânia", short="SY", country="UF", aliases=["Сильванія"])


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        *((text, "united-freedonia") for text in ("UF", "uf", "GB", "United Freedonia")),
        *((text, "sylvania") for text in ("SY", "Sylvania", "SYLVÂNIA", "сильванія")),
    ],
)
def test_a_party_is_chosen_by_its_code_or_name_and_the_page_leads_on_by_its_slug(client, parties, text, slug):
    response = client.get("/", {"party": text})

    assert response.status_code == 200
    assert (response.context["form"].chosen_slugs("party"), response.context["form"].address()) == (
        [slug],
        f"party={slug}",
    )


def test_a_party_by_code_and_by_slug_is_chosen_once(client, parties):
    assert client.get("/?party=UF&party=united-freedonia").context["form"].chosen_slugs("party") == ["united-freedonia"]


def test_a_name_that_two_people_have_chooses_neither(client, parties):
    PersonFactory(slug="rufus-firefly", name="Rufus Firefly", released=True)
    PersonFactory(slug="rufus-firefly-2", name="Rufus Firefly", released=True)
    PersonFactory(slug="chicolini", name="Chicolini", released=True)

    assert client.get("/", {"person": "Rufus Firefly"}).status_code == 400
    assert client.get("/", {"person": "CHICOLINI"}).context["form"].address() == "person=chicolini"


def test_what_is_near_to_no_party_gets_no_suggestion(client, parties):
    assert client.get("/?party=zz").context["form"].complaints == ["party: There is no party “zz” here."]


def test_a_direction_is_named_by_codes(client, parties):
    form = client.get("/swaps/?direction=UF-to-sy").context["form"]

    assert (form.complaints, form.address()) == ([], "direction=united-freedonia-to-sylvania")


@pytest.mark.parametrize("model", CALLED)
def test_every_row_that_filters_name_is_called_by_columns_that_it_has(model):
    assert set(CALLED[model]) <= {*(field.name for field in model._meta.fields), "other_names"}


def test_an_issue_is_chosen_by_its_title(client):
    IssueFactory(slug="borders", title="The borders")

    assert client.get("/", {"issue": "the Borders"}).context["form"].address() == "issue=borders"
