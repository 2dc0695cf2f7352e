"""The page of an issue: parties as columns, dates as rows, what each proposed and said, and what changed since."""

import datetime
import re
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from talks import models
from talks.derived.changes import said
from talks.derived.reports import reports_of
from talks.derived.settle import settle
from talks.drawings.track import draw
from talks.files.exporter import export
from talks.files.loader import load
from talks.record import track
from tests import factories as make
from tests.admin_pages import errors, form_data, form_page, url, with_row
from tests.article_files import Folder, account, event, snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def hats():
    return make.IssueFactory(slug="hats", title="Hats", description="Who wears which hat.")


def proposal(slug, article, issue, *texts, **facts):
    """A reported proposal with these demands on an issue."""
    made = make.reported("proposal", slug, article, **facts)
    for text in texts:
        make.ProvisionFactory(proposal=made, article=article, issue=issue, text=text)
    settle({made.pk: ""})
    return made


def statement(slug, article, issue, party, text, **values):
    """A published event of which a party said something on an issue."""
    made = make.reported("event", slug, article, start=article.published.isoformat())
    make.AccountFactory(entry=made, article=article, party=party, issue=issue, text=text, **values)
    return made


def name_of(item):
    return item.account.text if isinstance(item, track.Statement) else item.known.entry.slug


def told(page):
    """[(day, [what stands in each cell, in each of its rows])] of a page; “= slug” for what another cell tells."""
    return [
        (
            str(day.first.day if isinstance(day.first, track.Statement) else day.first.known.start),
            [
                [[*map(name_of, cell.items), *(f"= {name_of(one)}" for one in cell.elsewhere)] for cell in row]
                for row in day.rows
            ],
        )
        for year in page.context["years"]
        for day in year.days
    ]


# What changed since the party's last


def a_paper(number, *points, parties=("freedonia",), last=()):
    """A `Paper` of such points, each with its renderings; `last`: [(party, such points)]."""

    def provisions(points):
        return [
            SimpleNamespace(texts=[SimpleNamespace(value=text, rows=[]) for text in texts], rows=[]) for texts in points
        ]

    known = SimpleNamespace(entry=SimpleNamespace(pk=number), parties=parties)
    lasts = [
        (party, SimpleNamespace(entry=SimpleNamespace(pk=pk), parties=[party]), provisions(points))
        for party, pk, points in last
    ]
    return track.paper(known, provisions(points), lasts)


def test_a_point_is_new_or_changed_or_the_same_as_in_the_papers_last_and_what_is_gone_is_counted():
    before = [["All hats are returned by noon."], ["Gloves are banned."], ["The opera opens in May."]]

    paper = a_paper(
        2, ["All hats are returned by night."], ["GLOVES are banned."], ["Ducks."], last=[("freedonia", 1, before)]
    )

    assert [(point.reading.value, point.change) for point in paper.points] == [
        ("All hats are returned by night.", track.CHANGED),
        ("GLOVES are banned.", track.SAME),
        ("Ducks.", track.NEW),
    ]
    assert [(piece.change, piece.text) for piece in paper.points[0].pieces] == [
        ("", "All hats are returned by"),
        ("removed", "noon."),
        ("added", "night."),
    ]
    assert (paper.before.entry.pk, paper.gone, [last.moved for last in paper.lasts]) == (1, 1, [True])
    assert (len(paper.told), len(paper.kept)) == (2, 1)


def test_of_several_renderings_that_nearest_to_the_paper_before_stands_so_that_reporters_are_no_change():
    before = [["All hats are returned by noon."], ["Ducks."]]

    same = a_paper(2, ["Hats go back.", "All hats are returned by noon."], ["Ducks."], last=[("freedonia", 1, before)])
    near = a_paper(2, ["Hats go back.", "All hats are returned at noon."], ["Ducks."], last=[("freedonia", 1, before)])

    assert (same.points[0].reading.value, same.lasts[0].moved) == ("All hats are returned by noon.", False)
    assert (near.points[0].reading.value, near.points[0].others) == ("All hats are returned at noon.", 1)


def test_a_joint_paper_is_marked_only_against_one_that_all_its_parties_had_before():
    both = ("freedonia", "sylvania")
    one, other = [["Some hats."]], [["Some hats are returned."]]

    apart = a_paper(3, ["Some hats."], parties=both, last=[("freedonia", 1, one), ("sylvania", 2, other)])
    alone = a_paper(3, ["Some hats."], parties=both, last=[("freedonia", 1, one)])
    again = a_paper(3, ["No hats."], parties=both, last=[("freedonia", 1, one), ("sylvania", 1, one)])

    assert (apart.before, apart.points[0].change, [last.moved for last in apart.lasts]) == (None, "", [False, True])
    assert (alone.before, alone.points[0].change, [last.moved for last in alone.lasts]) == (None, "", [False])
    assert (again.before.entry.pk, again.points[0].change) == (1, track.CHANGED)


# In columns


def spans(*placed, columns=4):
    return [
        [(cell.span, cell.items, cell.elsewhere, cell.others) for cell in row if cell.items or cell.elsewhere]
        for row in track.cells(placed, columns)
    ]


def test_a_joint_paper_lies_across_neighbours_and_is_told_once_where_its_parties_are_none():
    assert spans(("joint", [1, 2])) == [[(2, ["joint"], [], False)]]
    assert spans(("joint", [0, 2, 3])) == [[(1, [], ["joint"], False), (2, ["joint"], [], False)]]
    assert spans(("joint", [0, 3])) == [[(1, ["joint"], [], False), (1, [], ["joint"], False)]]


def test_what_stands_in_the_way_gets_a_row_of_its_own_and_all_columns_stay():
    rows = track.cells([("own", [1]), ("joint", [1, 2]), ("later", [1]), ("other", []), ("all", [0, 1, 2, 3])], 4)

    assert [[cell.items for cell in row] for row in rows] == [
        [[], ["own"], [], []],
        [[], ["joint"], []],
        [[], ["later"], [], []],
        [["other"]],
        [["all"]],
    ]
    assert [cell.others for row in rows[3:] for cell in row] == [True, False]


# The page


def test_parties_are_columns_and_days_are_rows_by_year_with_what_others_proposed_across(
    client, gazette, herald, hats, freedonia, sylvania
):
    proposal("late", herald, hats, "No hats.", start="2031-05-15", parties="freedonia")
    proposal("early", gazette, hats, "Some hats.", start="2030-12-01", parties="freedonia, sylvania")
    proposal("nobodys", gazette, hats, "Caps.", start="2031-05-02")

    page = client.get("/issues/hats/")

    assert told(page) == [
        ("2030-12-01", [[["early"]]]),
        ("2031-05-02", [[["nobodys"]]]),
        ("2031-05-15", [[["late"], []]]),
    ]
    assert [(year.number, len(year.days)) for year in page.context["years"]] == [(2030, 1), (2031, 2)]
    assert [name for name, *_ in told(client.get("/issues/hats/?order=newest"))] == [
        "2031-05-15",
        "2031-05-02",
        "2030-12-01",
    ]
    assert client.get("/issues/hats/?order=oldest").status_code == 400


def test_the_page_says_of_which_issue_and_talks_it_is_what_the_issue_is_and_where_each_stands(
    client, gazette, herald, hats, freedonia, sylvania
):
    proposal("old", gazette, hats, "Some hats.", start="2030-05-01", parties="freedonia")
    proposal("new", herald, hats, "No hats.", start="2031-05-15", parties="freedonia")
    statement("call", gazette, hats, freedonia, "Ours, and hats.")
    statement("speech", herald, hats, sylvania, "Theirs, and hats.")

    page = client.get("/issues/hats/")

    assert "<title>Hats: who proposed what, 2030 to 2031 · " in page.text
    assert 'content="Ukraine–Russia talks: Hats: what each party proposed and said on it, by date' in page.text
    assert re.search(r"<h1>\s*<span class=\"of-talks\">Ukraine–Russia talks.*</span>\s*Hats: who proposed", page.text)
    assert page.text.index("Who wears which hat.") < page.text.index('class="tracks"') < page.text.index("<table")
    assert [[[name_of(item) for item in cell.items] for cell in row] for row in page.context["latest"]] == [
        [["new"], []],
        [["Ours, and hats."], ["Theirs, and hats."]],
    ]
    words = " ".join(page.text.split())
    assert (words.count("Changed since 1 May 2030"), "2 proposals, 1 statement" in words) == (2, True)


def test_a_statement_stands_where_it_was_reported_as_such_with_its_source_if_it_is_on_the_issue(
    client, gazette, herald, hats, freedonia, sylvania
):
    proposal("plan", herald, hats, "No hats.", start="2031-05-20", parties="freedonia")
    speech = statement("speech", herald, hats, sylvania, "No hat is lost.")
    make.AccountFactory(entry=speech, article=herald, party=sylvania, text="A fine opera.")
    statement("draft", gazette, hats, sylvania, "Not for readers.")
    models.Entry.objects.filter(slug="draft").update(publication="draft")

    page = client.get("/issues/hats/")

    assert told(page) == [("2031-05-20", [[["plan"], ["No hat is lost."]]])]
    row = page.text[page.text.rindex("No hat is lost.") - 600 : page.text.rindex("No hat is lost.") + 400]
    assert ("Statement" in row, 'href="#source-1"' in row, 'href="/events/speech/"' in row) == (True,) * 3
    assert page.context["counts"] == {freedonia.pk: (1, 0), sylvania.pk: (0, 1)}
    assert ("A fine opera." in page.text, "Not for readers." in page.text) == (False, False)


@pytest.mark.sql
def test_an_earlier_day_shows_what_was_known_then(client, gazette, herald, hats, freedonia, sylvania):
    proposal("old", gazette, hats, "Some hats.", start="2031-05-01", parties="freedonia")
    proposal("new", herald, hats, "No hats.", start="2031-05-02", parties="freedonia, sylvania")
    statement("speech", herald, hats, sylvania, "No hat is lost.")
    make.ProvisionFactory(
        proposal=models.Proposal.objects.get(slug="old"), article=herald, issue=hats, text="Told later."
    )

    page = client.get("/issues/hats/?as_of=2031-05-19")

    assert told(page) == [("2031-05-01", [[["old"]]])]
    assert [party.slug for party in page.context["parties"]] == ["freedonia"]
    assert ("Told later." in page.text, "2031-05-20" in page.text) == (False, False)
    assert client.get("/issues/hats/?as_of=2031-05-01").context["years"] == []


def test_on_one_day_what_was_only_first_reported_then_stands_before_what_is_of_that_day(
    client, gazette, hats, freedonia
):
    proposal("of-that-day", gazette, hats, "No hats.", start="2031-05-10", parties="freedonia")
    proposal("undated", gazette, hats, "Some hats.", parties="freedonia")

    assert [cells for _, cells in told(client.get("/issues/hats/"))] == [[[["undated"]]], [[["of-that-day"]]]]


def test_the_reader_chooses_whose_columns_stand_there(client, gazette, hats):
    for number in range(6):
        party = make.PartyFactory(slug=f"party-{number}", order=number)
        proposal(f"plan-{number}", gazette, hats, "Hats.", start=f"2031-05-0{number + 1}", parties=party.slug)
    statement("speech", gazette, hats, models.Party.objects.get(slug="party-5"), "Hats!")

    def columns(query):
        page = client.get(f"/issues/hats/{query}")
        return [party.slug[-1] for party in page.context["parties"]], len(told(page)), page.context["pair"]

    assert columns("") == (["0", "1", "2", "5"], 7, [0, 1])
    assert columns("?party=party-4&party=party-3") == (["3", "4"], 2, [0, 1])
    assert columns("?pair=party-2&pair=party-0") == (["0", "1", "2", "5"], 7, [0, 2])
    assert client.get("/issues/hats/?party=nobody").status_code == 400


def test_a_long_track_is_paged_and_each_year_leads_to_the_page_where_it_starts(client, gazette, hats, freedonia):
    for number in range(30):
        day = datetime.date(2029, 12, 7) + datetime.timedelta(days=number)
        proposal(f"plan-{number}", gazette, hats, "Hats.", start=day.isoformat(), parties="freedonia")

    first, second = client.get("/issues/hats/"), client.get("/issues/hats/?page=2")

    assert (len(told(first)), len(told(second))) == (24, 6)
    assert first.context["rail"] == [(2029, 25, 1), (2030, 5, 2)]
    assert ('href="?page=2#y2030"' in first.text, 'href="#y2030"' in second.text) == (True, True)
    assert "The same words as on" in second.text  # as the last one of the page before
    assert client.get("/issues/hats/?page=3").status_code == 404


@pytest.mark.parametrize("count", [2, 8])
def test_the_number_of_queries_of_a_track_does_not_grow(client, gazette, herald, hats, count):
    for number in range(count):
        party = make.PartyFactory(order=number)
        for article in (gazette, herald):
            proposal(f"plan-{number}-{article}"[:8], article, hats, "Hats.", start="2031-05-01", parties=party.slug)
            statement(f"speech-{number}-{article.slug}", article, hats, party, "Hats!")

    with CaptureQueriesContext(connection) as captured:
        response = client.get("/issues/hats/")

    assert (response.status_code, len(captured)) == (200, 15)


def test_the_drawing_has_a_lane_for_each_party_and_ties_joint_papers(freedonia, sylvania):
    marks = [
        track.Mark(datetime.date(2030, 1, 1), True, 1, (freedonia.pk,)),
        track.Mark(datetime.date(2030, 12, 31), True, 2, (freedonia.pk, sylvania.pk, 0)),
        track.Mark(datetime.date(2031, 1, 1), False, 1, (sylvania.pk,)),
    ]

    strip = draw(marks, [freedonia, sylvania])

    assert [(lane.papers, lane.statements) for lane in strip.lanes] == [
        ("M0 13h0M99.75 13h0", ""),
        ("M99.75 39h0", "M100 39h0"),
    ]
    assert (strip.ties, strip.ticks, strip.height) == ("M99.75 13V39", [("0", 2030), ("100", 2031)], 52)
    assert draw([], [freedonia]) is None


# The issue of an account, at both doors


def test_a_file_gives_an_account_its_issue_and_one_speaker_may_have_one_for_each(tmp_path):
    folder = Folder(tmp_path / "in")
    several = [
        account("x", speaker="rufus-firefly", text="In all."),
        account("x", speaker="rufus-firefly", issue="borders", text="Of borders."),
        account("x", speaker="rufus-firefly", issue="prisoners", text="Of prisoners.", paragraphs=[3]),
    ]
    folder.article("gazette-a", events=[event("x")], accounts=several)
    folder.load()
    before = snapshot()

    export(tmp_path / "out")
    again = load([tmp_path / "out"])
    folder.article("gazette-a", events=[event("x")], accounts=[several[1]])
    folder.load()

    assert (again.changes, again.kept, before == snapshot()) == ([], [], False)
    assert list(models.Account.objects.values_list("issue__slug", "text")) == [("borders", "Of borders.")]
    folder.article("gazette-a", events=[event("x")], accounts=[several[1], several[1], several[2] | {"issue": "hat"}])
    assert [problem.partition(": ")[2] for problem in folder.problems()] == [
        "accounts[freedonia]: the same stands in line 14 already; keep one of them",
        "accounts[freedonia].issue: there is no issue “hat”. If it is new, add it to the reference files",
    ]


def test_what_was_kept_of_an_account_before_it_could_have_an_issue_is_still_that_account(tmp_path):
    folder = Folder(tmp_path)
    folder.article("gazette-a", events=[event("x")], accounts=[account("x")])
    folder.load()
    article = models.Article.objects.get()
    filed = [[name, key[:3] if name == "Account" else key, values] for name, key, values in article.filed["rows"]]
    models.Article.objects.update(filed=article.filed | {"rows": filed})

    same = folder.load()
    models.Article.objects.update(filed=article.filed | {"rows": filed})
    folder.article("gazette-a", events=[event("x")])
    without = folder.load()

    assert (same.changes, same.kept, without.kept) == ([], [], [])
    assert models.Account.objects.count() == 0


def test_the_admin_gives_an_account_its_issue_and_takes_no_second_one_on_it(admin_client, gazette, hats, freedonia):
    talk = make.reported("event", "talk", gazette, start="2031-05-01", event_kind="call")
    row = {"article": gazette.pk, "party": freedonia.pk, "text": "Hats!", "paragraphs": "2", "issue": hats.pk}
    page = url(models.Event, "change", talk.pk)
    data = form_data(form_page(admin_client, page)) | {"reason": "A test."}

    twice = admin_client.post(page, with_row(with_row(data, "accounts", **row), "accounts", **row))
    saved = admin_client.post(page, with_row(with_row(data, "accounts", **row), "accounts", **row | {"issue": ""}))

    assert errors(twice) == ["This article's account by this party and speaker, on this issue, is already here."]
    assert saved.status_code == 302
    assert sorted(models.Account.objects.values_list("issue__slug", flat=True), key=str) == [None, "hats"]
    assert [str(one) for one in models.Account.history.values_list("issue__slug", flat=True).order_by("issue")] != []


def test_the_desk_takes_an_account_on_an_issue(admin_client, gazette, hats, freedonia):
    talk = make.reported("event", "talk", gazette, start="2031-05-01", event_kind="call")
    sent = {"entry": talk.pk, "party": freedonia.pk, "issue": hats.pk, "text": "Hats!", "paragraphs": "2"}

    answer = admin_client.post(url(models.Article, "desk_add", gazette.pk, "account"), sent)

    assert answer.status_code == 302, answer.context["form"].errors
    assert models.Account.objects.get().issue == hats


@pytest.mark.sql
def test_the_database_takes_one_account_of_a_speaker_in_an_article_on_an_issue(gazette, hats, freedonia):
    talk = make.reported("event", "talk", gazette)
    of_talk = {"entry": talk, "article": gazette, "party": freedonia}
    make.AccountFactory(**of_talk)
    make.AccountFactory(**of_talk, issue=hats)

    for issue in (None, hats):
        with pytest.raises(IntegrityError), transaction.atomic():
            make.AccountFactory(**of_talk, issue=issue)


def test_readers_are_told_of_what_somebody_said_not_of_the_issue_it_stands_under(gazette, hats, freedonia):
    talk = make.reported("event", "talk", gazette)
    row = make.AccountFactory(entry=talk, article=gazette, party=freedonia, text="Hats!")

    def sayings():
        reports = reports_of([talk.pk], ["event"])[talk.pk]
        return {key: value for key, value in said(talk, reports).items() if key[0] == "account"}

    before = sayings()
    row.issue = hats
    row.save()
    after = sayings()
    make.AccountFactory(entry=talk, article=gazette, party=freedonia, text="Gloves!")

    assert before == after == {("account", "freedonia", "", "gazette"): "Hats!"}
    assert sayings() == {("account", "freedonia", "", "gazette"): "Hats!\nGloves!"}


def test_an_issue_that_only_an_account_names_is_public_since_that_is(client, gazette, freedonia):
    caps = make.IssueFactory(slug="caps", released=False)
    before = client.get("/issues/caps/").status_code

    statement("speech", gazette, caps, freedonia, "Caps!")

    assert (before, client.get("/issues/caps/").status_code) == (404, 200)
