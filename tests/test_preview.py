"""What the public address of a draft or a withdrawn entry answers, and what those who edit it see there."""

import datetime
import re

import pytest
from django.contrib.auth.models import Permission, User

from talks.derived.settle import settle
from talks.models import KINDS, Citation, Delegation, Entry, FormerSlug, Seen
from tests import factories as make
from tests.admin_pages import add_rows

pytestmark = pytest.mark.django_db
START = "2031-05-02"
PREVIEW = "?preview=1"
NOTICE = "Draft: only editors see this"


def entry_of(kind, publication="draft", slug="glee"):
    article = make.ArticleFactory(slug="gazette")
    make.PartyFactory(slug="freedonia", name="Freedonia")
    make.ProcessFactory(slug="opera", title="Opera talks")
    facts = {"start": START, "parties": "freedonia", "process": "opera"}
    entry = make.reported(kind, slug, article, title="Talks of glee", summary="They talked.", **facts)
    add_rows(kind, entry, article, 1)
    FormerSlug.objects.filter(entry=entry).update(slug=f"{slug}-once")
    return set_to(publication, entry)


def set_to(publication, entry):
    entry.publication = publication
    entry.save()
    return entry


def address(entry, language=""):
    return f"{language}/{entry.SECTION}/{entry.slug}/"


def page(client, path):
    """(status, the page) at an address."""
    answer = client.get(path)
    return answer.status_code, answer.content.decode()


# Withdrawn


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("slug", ["glee", "glee-once"])
@pytest.mark.parametrize("language", ["", "/uk"])
def test_the_address_of_a_withdrawn_entry_says_so_and_nothing_of_it(client, kind, slug, language):
    entry = entry_of(kind, "withdrawn")

    answer = client.get(f"{language}/{entry.SECTION}/{slug}/")

    told = answer.content.decode()
    main = told.partition("<main")[2]
    assert answer.status_code == 410
    assert f'<html lang="{language[1:] or "en"}">' in told
    assert [word for word in ("Talks of glee", "They talked", "Freedonia", "2031", "Opera") if word in main] == []
    assert f'href="{language}/"' in main


def test_the_page_of_a_withdrawn_entry_has_a_plain_sentence(client):
    _, told = page(client, address(entry_of("round", "withdrawn")))

    assert re.findall("<h1>.+</span> (.+)</h1>", told) == ["This entry was withdrawn"]


def test_the_public_note_of_the_latest_withdrawal_is_shown(client):
    entry = entry_of("round", "withdrawn")
    for sort, note in (("withdrawn", "An older note."), ("corrected", "A correction."), ("withdrawn", "It was two.")):
        make.ChangeFactory(entry=entry, sort=sort, note=note)

    _, shown = page(client, address(entry))

    assert [note in shown for note in ("It was two.", "An older note.", "A correction.")] == [True, False, False]


def test_the_page_of_a_withdrawn_entry_says_when_it_was_and_that_no_reason_was_given(client):
    entry = entry_of("round", "withdrawn")
    made = datetime.datetime(2031, 6, 2, 9, 30, tzinfo=datetime.UTC)
    make.ChangeFactory(entry=entry, sort="withdrawn", note="", made=made)

    _, shown = page(client, address(entry))

    said = re.findall(r"It was withdrawn on.+\s+.+", shown)
    assert said == ["It was withdrawn on 2 June 2031.\nNo reason was given."]


def test_an_entry_of_another_kind_is_not_gone_but_was_never_there(client):
    entry_of("round", "withdrawn")

    assert client.get("/swaps/glee/").status_code == 404


def test_a_former_address_of_a_draft_leads_nowhere(client):
    entry_of("round")

    assert client.get("/rounds/glee-once/").status_code == 404


@pytest.mark.parametrize(("hidden", "status"), [("withdrawn", 410), ("draft", 404)])
def test_what_is_published_again_is_there_again_for_browsers_that_were_there_meanwhile(client, hidden, status):
    entry = entry_of("round", hidden)
    meanwhile = client.get(address(entry))
    set_to("published", entry)

    assert (meanwhile.status_code, meanwhile["Cache-Control"]) == (status, "no-cache")
    assert page(client, address(entry))[0] == 200


# Who sees a preview


def someone(client, *permissions, **what):
    user = User.objects.create_user("someone", **what)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)


@pytest.mark.parametrize("publication", ["draft", "withdrawn"])
@pytest.mark.parametrize(
    ("permissions", "what", "sees"),
    [
        (["view_round"], {"is_staff": True}, True),
        (["change_round"], {"is_staff": True}, True),
        (["view_swap"], {"is_staff": True}, False),
        ([], {"is_staff": True}, False),
        (["view_round"], {"is_staff": False}, False),
        (["view_round"], {"is_staff": True, "is_active": False}, False),
        ([], {"is_staff": False, "is_superuser": True}, False),
    ],
    ids=["may view", "may change", "may view others", "may nothing", "no staff", "not active", "superuser, no staff"],
)
def test_only_who_may_see_an_entry_in_the_admin_sees_its_preview(client, publication, permissions, what, sees):
    entry = entry_of("round", publication)
    someone(client, *permissions, **what)

    without, asked = client.get(address(entry)), client.get(address(entry) + PREVIEW)

    hidden = {"draft": 404, "withdrawn": 410}[publication]
    assert (without.status_code, asked.status_code) == (hidden, 200 if sees else hidden)
    assert ("Talks of glee" in asked.content.decode()) == sees


def test_a_visitor_gets_the_same_answer_with_and_without_asking(client):
    entry = entry_of("round")

    (status, plain), (asked_status, asked) = page(client, address(entry)), page(client, address(entry) + PREVIEW)

    assert (status, asked_status) == (404, 404)
    assert asked.replace(PREVIEW, "") == plain


def test_a_draft_without_a_report_has_no_preview(admin_client):
    make.RoundFactory(slug="bare")

    assert admin_client.get("/rounds/bare/" + PREVIEW).status_code == 404


def test_an_unknown_preview_is_told_what_there_is(client):
    entry = entry_of("round", "published")

    status, shown = page(client, address(entry) + "?preview=2")

    assert (status, "preview: There is no preview “2”; write 1, or leave it out." in shown) == (400, True)


# What it shows


@pytest.mark.parametrize(
    ("kind", "publication", "query", "language"),
    [  # each value beside each other one
        ("round", "draft", "", ""),
        ("round", "withdrawn", "&as_of=2031-05-20", "/uk"),
        ("swap", "draft", "&as_of=2031-05-20", "/uk"),
        ("swap", "withdrawn", "", ""),
        ("proposal", "draft", "&as_of=2031-05-20", ""),
        ("proposal", "withdrawn", "", "/uk"),
        ("event", "draft", "", "/uk"),
        ("event", "withdrawn", "&as_of=2031-05-20", ""),
    ],
)
def test_a_preview_is_the_public_page_with_a_notice(admin_client, kind, publication, query, language):
    entry = entry_of(kind, publication)
    make.reported("round", "neighbour", start="2031-05-03", process="opera")  # on the page, as what is around it
    later = make.ArticleFactory(published=datetime.date(2031, 6, 1))
    make.reported("round", "later", later, start="2031-05-04", process="opera")
    make.AccountFactory(entry=entry, article=later, text="They said more.")
    settle({entry.pk: "test"})
    entry.refresh_from_db()

    _, preview = page(admin_client, address(entry, language) + PREVIEW + query)
    set_to("published", entry)
    _, public = page(admin_client, address(entry, language) + PREVIEW + query)

    # Nothing of what is not public can be taken along.
    formats = r'<span>[^<]*</span>(?:\s*<a lang="zxx"[^>]*>[^<]*</a>)+'
    files = r'<p>[^<]*(?:<a lang="zxx"[^>]*>[^<]*</a>\s*)+</p>'
    taken = rf'<link rel="alternate" type=[^>]*>|{files}|{formats}|<details id="embed".*?</details>'
    public = re.sub(taken, "", public, flags=re.DOTALL)
    notice = re.compile(r'<p class="as-of-notice" role="note">\s*<strong>[^<]+</strong>\s*<a[^>]+>[^<]+</a>\s*</p>')
    assert len(notice.findall(preview)) == 1
    stripped = notice.sub("", preview).replace('<meta name="robots" content="noindex">', "")
    assert "".join(stripped.split()) == "".join(public.split())


@pytest.mark.parametrize(
    ("publication", "notice"), [("draft", NOTICE), ("withdrawn", "Withdrawn: only editors see this")]
)
def test_a_preview_says_what_it_is_and_leads_to_where_it_is_edited(admin_client, publication, notice):
    entry = entry_of("round", publication)

    _, shown = page(admin_client, address(entry) + PREVIEW)

    assert f"<strong>{notice}</strong>" in shown
    assert f'href="/admin/talks/round/{entry.pk}/change/"' in shown


def test_a_preview_is_kept_by_nobody_and_not_for_search_engines(admin_client):
    entry = entry_of("round")

    answer = admin_client.get(address(entry) + PREVIEW)

    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex"
    assert "Cookie" in answer["Vary"]
    assert '<meta name="robots" content="noindex">' in answer.content.decode()
    assert '<link rel="canonical" href="http://testserver/rounds/glee/">' in answer.content.decode()


@pytest.mark.parametrize("query", ["", PREVIEW])
def test_a_published_page_is_the_same_for_editors_and_visitors(client, admin_client, query):
    entry = entry_of("round", "published")

    visitor, editor = (page(one, address(entry) + query)[1] for one in (client, admin_client))

    assert visitor == editor
    assert (NOTICE in visitor, "noindex" in visitor) == (False, False)


def test_other_drafts_stay_hidden_in_a_preview(admin_client):
    entry = entry_of("round")
    hidden = {"title": "zxqv", "published": False}
    make.reported("round", "before", start="2031-05-01", process="opera", **hidden)
    make.reported("swap", "of-it", agreed_at="glee", start=START, **hidden)
    make.reported("proposal", "tabled", presented_at="glee", start=START, **hidden)
    make.reported("event", "near", start=START, **hidden)
    facts = {"presented_at": "glee", "supersedes": "tabled", "start": START}
    proposal = make.reported("proposal", "offer", title="An offer", published=False, **facts)

    shown = [page(admin_client, address(one) + PREVIEW) for one in (entry, proposal)]

    assert [status for status, _ in shown] == [200, 200]
    assert ["zxqv" in one for _, one in shown] == [False, False]
    assert "Talks of glee" not in shown[1][1]


def test_nobody_else_sees_a_draft_after_someone_saw_its_preview(client, admin_client):
    entry = entry_of("round")
    before = [
        page(client, path)[1] for path in ("/", "/rounds/", "/people/", "/articles/", "/articles/?as_of=2031-06-01")
    ]

    for query in (PREVIEW, PREVIEW + "&as_of=2031-06-01"):
        assert page(admin_client, address(entry) + query)[0] == 200

    after = [
        page(client, path)[1] for path in ("/", "/rounds/", "/people/", "/articles/", "/articles/?as_of=2031-06-01")
    ]
    assert after == before
    assert page(client, address(entry))[0] == 404


def test_the_details_of_a_draft_on_a_card_need_the_preview_too(client, admin_client):
    entry = entry_of("round")
    asked = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "details-glee"}

    answers = [one.get(address(entry) + PREVIEW, **asked) for one in (client, admin_client)]

    assert [answer.status_code for answer in answers] == [404, 200]
    assert answers[1]["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("rows", [1, 4])
def test_a_preview_takes_as_many_queries_for_many_rows(admin_client, django_assert_num_queries, rows):
    entry = entry_of("round")
    for number in range(rows):
        add_rows("round", entry, make.ArticleFactory(), number + 2)
    admin_client.get(address(entry) + PREVIEW)

    with django_assert_num_queries(19):
        admin_client.get(address(entry) + PREVIEW)


def test_rows_of_a_previewed_entry_are_visible_and_no_others(db):
    shown, other = entry_of("round"), entry_of("round", slug="other")

    assert set(Entry.objects.visible(Seen.now().previewing(shown.pk))) == {Entry.objects.get(pk=shown.pk)}
    assert {row.entry_id for row in Citation.objects.visible(Seen.now().previewing(shown.pk))} == {shown.pk}
    assert {row.round_id for row in Delegation.objects.visible(Seen.now().previewing(other.pk))} == {other.pk}
    assert (Entry.objects.visible(Seen.now()).count(), Citation.objects.visible(Seen.now()).count()) == (0, 0)
