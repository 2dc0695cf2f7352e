"""Findings of the editors: where and when readers see them, and the two doors by which they come in."""

import datetime
import re

import pytest
from django.core.exceptions import ValidationError

from talks import models
from talks.editing.merging import merge, plan
from talks.editing.renaming import rename
from talks.files.exporter import export
from talks.files.loader import load
from talks.models import Finding, Page
from talks.models.pages import OF_A_ROW, OF_ROWS, page_address
from tests.admin_pages import errors, form_data, form_page, saved, url
from tests.article_files import Folder, entry, event, snapshot
from tests.factories import ArticleFactory, FindingFactory, IssueFactory, PartyFactory, reported
from tests.staff import in_role

pytestmark = pytest.mark.django_db

WHY = "A test."
FINDING = {"slug": "twice", "page": "/", "text": "They met twice.", "day": "2021-05-11", "sources": ["gazette-one"]}


def found(client, address):
    """The sentences of the editors on a page, each with its day in words."""
    html = client.get(address).content.decode()
    marked = re.findall(r'<p class="finding">(.*?)</p>', html, re.DOTALL)
    return [" ".join(re.sub('\u2060<a class="source.*', "", one, flags=re.DOTALL).split()) for one in marked]


def told(text="They met twice.", day="10 May 2031"):
    return f'<span class="meta"> Finding of the editors, {day} </span> {text}'


@pytest.fixture
def folder(tmp_path):
    made = Folder(tmp_path / "files")
    made.article("gazette-one", rounds=[entry("first", start="2021-05-01"), entry("second", start="2021-05-09")])
    return made


# Readers


def test_a_page_shows_its_findings_with_their_sources_and_other_pages_do_not(client, gazette, freedonia):
    for slug in ("first", "second", "third"):
        reported("round", slug, gazette, start="2031-05-01", parties="freedonia")
        reported("proposal", f"{slug}-plan", gazette)
    IssueFactory(slug="hats")
    pages = [
        "/", "/swaps/", "/rounds/first/", "/issues/hats/", "/parties/freedonia/", "/compare/positions/",
        "/compare/rounds/?r=first&r=second", "/compare/proposals/?p=first-plan&p=second-plan",
    ]  # fmt: skip
    for page in pages:
        FindingFactory(page=page, text=f"About {page}", sources=[gazette.slug])

    assert [found(client, page) for page in pages] == [[told(f"About {page}".replace("&", "&amp;"))] for page in pages]
    assert found(client, "/compare/rounds/?r=first&r=third") == found(client, "/rounds/second/") == []
    assert "Source 1: Gazette" in client.get("/issues/hats/").content.decode()  # which names no other article


def test_a_finding_is_of_the_whole_page_however_that_is_shown_and_not_of_a_part(client, gazette):
    for slug in ("first", "second"):
        reported("round", slug, gazette, start="2031-05-01")
    FindingFactory(sources=[gazette.slug])
    FindingFactory(page="/compare/rounds/?r=first&r=second", sources=[gazette.slug])
    shown = ["/?order=oldest", "/?as_of=2031-05-10", "/compare/rounds/?r=second&r=first&only=differences&pick=first"]
    shown += ["/compare/rounds/?r=first&r=second&then=2021-05-10"]

    assert [found(client, address) for address in shown] == [[told()]] * 4
    assert found(client, "/uk/") != []
    assert found(client, "/?kind=round") == found(client, "/?q=opera") == []


def test_the_day_and_the_sources_of_a_finding_must_have_come(client, gazette, herald):
    """The gazette is of 10 May, the herald of a later day."""
    reported("round", "talks", gazette, start="2031-05-01")
    reported("event", "speech", herald)
    day = herald.published + datetime.timedelta(days=3)
    FindingFactory(text="Of both.", day=day, sources=[gazette.slug, herald.slug])
    FindingFactory(text="Too early.", day=gazette.published, sources=[gazette.slug, herald.slug])
    before = day - datetime.timedelta(days=1)

    assert [one.split(">")[-1].strip() for one in found(client, f"/?as_of={day}")] == ["Too early.", "Of both."]
    assert [one.split(">")[-1].strip() for one in found(client, f"/?as_of={before}")] == ["Too early."]
    assert found(client, f"/?as_of={gazette.published}") == []


@pytest.mark.parametrize("publication", ["draft", "withdrawn"])
def test_what_is_not_published_or_rests_on_what_is_not_is_never_shown(client, gazette, publication):
    reported("round", "talks", gazette, start="2031-05-01")
    FindingFactory(publication=publication, sources=[gazette.slug])
    FindingFactory(sources=[gazette.slug, ArticleFactory(slug="of-a-draft").slug])
    FindingFactory(sources=[gazette.slug, "gone"])

    assert found(client, "/") == []


def test_a_finding_about_a_draft_shows_nowhere(client, gazette):
    reported("round", "first", gazette, start="2031-05-01")
    reported("round", "second", gazette, start="2031-05-01", published=False)
    FindingFactory(page="/compare/rounds/?r=first&r=second", sources=[gazette.slug])
    FindingFactory(page="/rounds/second/", sources=[gazette.slug])

    assert found(client, "/compare/rounds/?r=first&r=second") == found(client, "/rounds/second/") == []


# The address of a page


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://talks.example/uk/rounds/first/?as_of=2031-05-01&pick=x#facts", "/rounds/first/"),
        ("/compare/proposals/?p=b&p=a&baseline=b&pair=a&pair=b", "/compare/proposals/?p=a&p=b"),
        ("/compare/rounds/?process=marx-talks&rounds=2", "/compare/rounds/?process=marx-talks"),
        ("/uk/", "/"),
        ("/?order=oldest", "/"),
    ],
)
def test_the_address_of_a_page_is_kept_in_one_way(address, kept):
    assert page_address(address) == kept == page_address(kept)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "rounds",
        "/nowhere/",
        "/?kind=round",
        "/swaps/?status=agreed",
        "/compare/rounds/",
        "/about/",
        "/admin/",
        "//[",
    ],
)
def test_what_is_no_page_or_only_a_part_of_one_is_refused(address):
    with pytest.raises(ValidationError, match="is no page that a finding"):
        page_address(address)


def test_every_page_that_a_finding_can_be_about_has_an_address(client):
    row = {name: Page(name, "slug").address for name in OF_A_ROW}
    chosen = {name: Page(name, "", tuple((one, "slug") for one in params)).address for name, params in OF_ROWS.items()}

    assert {Page.read(address).name for address in (*row.values(), *chosen.values())} == {*OF_A_ROW, *OF_ROWS}


# Files


@pytest.mark.sql
def test_a_finding_goes_through_files_and_back(folder, tmp_path):
    folder.reference("findings", [FINDING | {"page": "/uk/rounds/first/?as_of=2021-05-11", "publication": "published"}])
    folder.load()
    before = snapshot()
    export(tmp_path / "exported")
    outcome = load([tmp_path / "exported"])
    finding = Finding.objects.get()

    assert (finding.page, finding.sources, finding.publication) == ("/rounds/first/", ["gazette-one"], "published")
    assert (outcome.changes, snapshot()) == ([], before)
    Finding.objects.all().delete()
    load([tmp_path / "exported"], overwrite=True)
    assert Finding.objects.values_list("text", "day", "publication").get() == (
        "They met twice.",
        datetime.date(2021, 5, 11),
        "published",
    )


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"sources": ["gazette-two"]}, ".sources[1]: there is no article “gazette-two”. Did you mean “gazette-one”?"),
        ({"sources": []}, ".sources: this is empty; fill it in or leave it out"),
        ({"page": "/rounds/frist/"}, ".page: there is no round “frist”. Did you mean “first”?"),
        ({"day": datetime.date(2021, 5, 9)}, ".day: it is of 2021-05-09, before its latest source, which is of "
                                             "2021-05-10; correct the day"),
        ({"publication": "hidden"}, ".publication: “hidden” is not one of draft, published, withdrawn."),
    ],
)  # fmt: skip
def test_a_finding_in_a_file_that_cannot_be_is_told(folder, fields, problem):
    folder.reference("findings", [FINDING | fields])

    assert [one.partition(": ")[2] for one in folder.problems()] == [f"[twice]{problem}"]


def test_a_file_without_a_publication_makes_a_draft(folder, client):
    folder.reference("findings", [FINDING])
    folder.load()

    assert (Finding.objects.get().publication, found(client, "/")) == ("draft", [])


def test_a_finding_follows_the_rows_that_it_names_and_its_file_may_stay(folder):
    folder.article("gazette-two", events=[event("speech")])
    page = "/compare/rounds/?r=first&r=second"
    folder.reference("findings", [FINDING | {"page": page, "sources": ["gazette-one", "gazette-two"]}])
    folder.load()
    rename(models.Round.objects.get(slug="first"), "zeroth", WHY)
    rename(models.Article.objects.get(slug="gazette-two"), "gazette-three", WHY)
    finding = Finding.objects.get()

    assert (finding.page, finding.sources) == (
        "/compare/rounds/?r=second&r=zeroth",
        ["gazette-one", "gazette-three"],
    )
    assert finding.history.first().history_change_reason.endswith(WHY)
    outcome = load([folder.path])
    assert (outcome.changes, outcome.kept) == ([], [])
    assert any("reference" in one or "findings.yaml" in one for one in outcome.former)


def test_the_last_finding_that_goes_from_its_file_goes_unless_an_editor_changed_it(folder):
    folder.reference("findings", [FINDING])
    folder.load()
    folder.reference("findings", [])
    outcome = folder.load()

    assert (outcome.changes, Finding.objects.count()) == (["removed finding twice"], 0)
    folder.reference("findings", [FINDING])
    folder.load()
    Finding.objects.update(text="They met thrice.")
    folder.reference("findings", [])
    outcome = folder.load()
    assert (len(outcome.kept), Finding.objects.get().text) == (1, "They met thrice.")


def test_a_finding_about_a_merged_party_is_about_the_one_that_stays():
    keep, old = PartyFactory(slug="freedonia"), PartyFactory(slug="old-freedonia")
    FindingFactory(page="/parties/old-freedonia/")
    merge(plan(keep, old), {}, WHY)

    assert Finding.objects.get().page == "/parties/freedonia/"


# The admin


def test_an_editor_writes_a_finding_and_says_why_it_changes_once_it_is_public(admin_client, client, gazette):
    reported("round", "talks", gazette, start="2031-05-01")
    form = {"slug": "one", "page": "https://x.example/uk/rounds/talks/?as_of=2031-05-11", "text": "They met.",
            "day": "2031-05-10", "sources": [gazette.pk], "publication": "published", "reason": ""}  # fmt: skip
    saved(admin_client.post(url(Finding, "add"), form))
    finding = Finding.objects.get()
    address = url(Finding, "change", finding.pk)
    data = form_data(form_page(admin_client, address)) | {"text": "They did meet."}

    assert (finding.page, finding.sources) == ("/rounds/talks/", [gazette.slug])
    assert found(client, "/rounds/talks/") == [told("They met.")]
    assert errors(admin_client.post(address, data)) == [
        "Readers see this finding, so its history must say why it changes."
    ]
    saved(admin_client.post(address, data | {"reason": WHY}))
    assert found(client, "/rounds/talks/") == [told("They did meet.")]
    assert [one.history_change_reason for one in finding.history.all()] == [WHY, "edited in the admin"]


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"page": "/rounds/nothing/"}, "There is no page at /rounds/nothing/: nothing here is called “nothing”."),
        ({"sources": []}, "This field is required."),
        (
            {"day": "2031-05-09"},
            "It is of 2031-05-09, before its latest source, which is of 2031-05-10; correct the day.",
        ),
    ],
)
def test_the_admin_refuses_what_files_refuse(admin_client, gazette, fields, complaint):
    form = {"slug": "one", "page": "/", "text": "They met.", "day": "2031-05-10", "sources": [gazette.pk],
            "publication": "draft", "reason": ""}  # fmt: skip

    assert errors(admin_client.post(url(Finding, "add"), form | fields)) == [complaint]


def test_authors_read_findings_and_editors_write_them(client):
    finding = FindingFactory(publication="draft")
    answers = {}
    for role in ("Author", "Editor"):
        client.force_login(in_role(role))
        pages = (url(Finding, "changelist"), url(Finding, "change", finding.pk), url(Finding, "add"))
        answers[role] = [client.get(page).status_code for page in pages]
        answers[role].append("_save" in client.get(pages[1]).content.decode())

    assert answers == {"Author": [200, 200, 403, False], "Editor": [200, 200, 200, True]}
