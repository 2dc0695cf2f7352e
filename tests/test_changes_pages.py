"""The public list of changes and the corrections on the page of an entry: what readers are told, and what never."""

import datetime
import re

import pytest
from django.utils import timezone

from talks.derived.changes import note_additions, noting, noting_findings
from talks.derived.settle import settle
from talks.models import Change, Finding, Person
from tests import factories as make
from tests.admin_pages import edit, form_data, form_page, row_of, saved, url
from tests.article_files import Folder, entry
from tests.factories import reported
from tests.html import folded
from tests.site_map import walk

pytestmark = pytest.mark.django_db

DAY = "2031-05-02"
NOTE = "We had taken the venue of another round."
MARK = "zxqv"  # stands in what must not come out, and nowhere else


@pytest.fixture
def talks(gazette):
    return reported("round", "talks", gazette, title="Talks", start=DAY, venue="The old palace")


def cite(one, field, value):
    citation = one.citations.get(field=field)
    citation.value = value
    citation.save()
    settle({one.pk: "test"})


def correct(one, value="The old theatre", field="venue", note=NOTE):
    with noting([one.pk], note=note, correction=True):
        cite(one, field, value)


def publish(one, publication="published", **words):
    one.refresh_from_db()
    with noting([one.pk], **words):
        one.publication = publication
        one.save()


def at(day, **changes):
    """Put these changes on a day."""
    found = Change.objects.filter(**changes)
    found.update(made=datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.UTC))


def shown(response):
    """[(day, what is told of each change: its heading and lines)] of a page."""
    return [(day.isoformat(), [one_change(change) for change in changes]) for day, changes in response.context["days"]]


def one_change(change):
    lines = [(line.label, words(line.before), words(line.after)) for line in change.lines]
    return f"{change.sort}: {change.known or '–'}", change.change.note, lines


def words(pieces):
    """A text with what only it has in brackets."""
    return " ".join(f"[{piece.text}]" if piece.change else piece.text for piece in pieces)


def text(response):
    """The words of a page between its tags."""
    main = response.content.decode().partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


# The list


def test_changes_stand_newest_first_by_day_with_both_versions(client, talks):
    hats = reported("event", "hats", title="Hats are thrown", start=DAY)
    note_additions([talks, hats])
    at("2031-06-01")
    correct(talks)
    at("2031-06-02", sort="corrected")

    page = client.get("/changes/")

    assert shown(page) == [
        ("2031-06-02", [("Corrected: Talks", NOTE, [("Venue", "The old [palace]", "The old [theatre]")])]),
        ("2031-06-01", [("Added: Hats are thrown", "", []), ("Added: Talks", "", [])]),
    ]
    html = page.content.decode()
    assert "<del><span" in html
    assert "[removed] </span>palace</del>" in html
    assert "[added] </span>theatre</ins>" in html
    assert 'href="/rounds/talks/"' in html
    assert NOTE in html


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Changed: Hats", "Corrected: Talks"]),
        ("only=corrections", ["Corrected: Talks"]),
        ("kind=event", ["Changed: Hats"]),
        ("kind=event&kind=round", ["Changed: Hats", "Corrected: Talks"]),
        ("kind=swap", []),
        ("kind=event&only=corrections", []),
        ("entry=talks", ["Corrected: Talks"]),
    ],
)
def test_filters_choose_corrections_kinds_and_one_entry(client, talks, gazette, query, expected):
    correct(talks)
    hats = reported("event", "hats", gazette, title="Hats", start=DAY)
    with noting([hats.pk]):
        cite(hats, "start", "2031-05-03")

    page = client.get(f"/changes/?{query}")

    assert [heading for _, found in shown(page) for heading, _, _ in found] == expected
    assert ("No change is noted here." in text(page)) == (expected == [])


def test_many_entries_added_at_one_moment_are_one_line_that_leads_to_them(client, talks):
    entries = [reported("event", f"hats-{number}", start=DAY) for number in range(4)]
    note_additions([talks, *entries])
    correct(talks)

    page = client.get("/changes/")
    (_, changes), *_ = page.context["days"]

    assert [(one.sort, one.moment and one.moment.counts) for one in changes] == [
        ("Corrected", None),
        ("Added", {"event": 4, "round": 1}),
    ]
    assert "Added: 5 entries 1 round 4 events" in text(page)

    link = re.search(r'href="([^"]*moment=[^"]+)"', page.content.decode())[1].replace("&amp;", "&")
    assert [len(found) for _, found in shown(client.get(f"/changes/{link}"))] == [5]
    assert [len(found) for _, found in shown(client.get(f"/changes/{link}&kind=round"))] == [1]


def test_a_few_entries_added_at_one_moment_stand_for_themselves(client, talks):
    note_additions([talks, *(reported("event", f"hats-{number}", start=DAY) for number in range(2))])

    assert [len(found) for _, found in shown(client.get("/changes/"))] == [3]


def test_a_large_load_takes_no_page_from_what_came_before_it(client, talks, gazette):
    correct(talks)
    note_additions(make.many_events(120, article=gazette))

    page = client.get("/changes/")

    assert [heading for _, found in shown(page) for heading, _, _ in found][1:] == ["Corrected: Talks"]
    assert page.context["page"].paginator.count == 2


def test_the_list_has_pages(client, talks, monkeypatch):
    monkeypatch.setattr("talks.public.views.changes.ROWS", 2)
    for venue in ("The hall", "The barn", "The tent"):
        correct(talks, venue)

    assert [len(found) for _, found in shown(client.get("/changes/?page=2&only=corrections"))] == [1]
    assert client.get("/changes/?page=3").status_code == 404


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("only=errors", "only: “errors” cannot be shown alone; write corrections, or leave it out."),
        ("kind=hat", "kind: “hat” is not a kind of entry; choose from round, swap, proposal, event."),
        ("entry=talk", "entry: There is no entry “talk” here. Did you mean “talks”?"),
        ("entry=talks&entry=talks", "entry: “talks” is chosen twice; once is enough."),
        ("moment=noon", "moment: This link to what was added together is broken; start again."),
        ("page=x", "page: A page is a whole number, such as 2."),
        (
            "as_of=yesterday",
            "as_of: “yesterday” is not a day, or can mean two; write 2025-06-02, 2 June 2025 or 02.06.2025.",
        ),
    ],
)
def test_a_bad_parameter_gets_the_page_and_a_plain_message(client, talks, query, complaint):
    correct(talks)

    page = client.get(f"/changes/?{query}")

    assert (page.status_code, page.context["form"].complaints) == (400, [complaint])
    assert len(shown(page)) == 1


# Words of lines


def test_each_sort_of_line_says_what_it_is_about(client, talks, gazette, freedonia, sylvania):
    firefly = make.PersonFactory(slug="firefly", name="Rufus Firefly")
    with noting([talks.pk]):
        delegation = make.DelegationFactory(round=talks, article=gazette, party=freedonia, size=3, note="They came.")
        make.DelegateFactory(delegation=delegation, person=firefly, title="Head of state", head=True)
        make.AccountFactory(entry=talks, article=gazette, party=freedonia, speaker=firefly, text="We won.")
        talks.citations.filter(field="").update(note="It adds this.")
        settle({talks.pk: "test"})
    swap, plan = reported("swap", "swap", gazette, start=DAY), reported("proposal", "plan", gazette, start=DAY)
    with noting([swap.pk, plan.pk]):
        make.TransferFactory(swap=swap, article=gazette, from_party=freedonia, to_party=sylvania, count=1200)
        hats = make.IssueFactory(slug="hats", title="Hats")
        make.ProvisionFactory(proposal=plan, article=gazette, issue=hats, text="More hats.", number=2)

    ((_, changes),) = shown(client.get("/changes/"))

    assert sorted((label, after) for _, _, lines in changes for label, before, after in lines if before == "") == [
        ("Delegation of Freedonia", "Party to the talks, 3 people"),
        ("Delegation of Freedonia, note", "They came."),
        ("Point on Hats", "More hats."),
        ("Point on Hats, its number", "2"),
        ("Prisoners of war, Freedonia → Sylvania, 12 May 2031", "1,200"),
        ("Rufus Firefly in the delegation of Freedonia", "head of delegation"),
        ("Rufus Firefly in the delegation of Freedonia, title", "Head of state"),
        ("What Gazette adds", "It adds this."),
        ("What Rufus Firefly said, by Gazette", "We won."),
    ]


def test_values_are_in_the_words_of_the_page_and_texts_in_those_of_the_record(client, gazette):
    one = reported("round", "talks", gazette, start=DAY, country="AT", venue="The palace")
    correct(one, "CH", "country")
    correct(one, "The theatre")

    html = client.get("/uk/changes/").content.decode()

    assert "Австрія" in html
    assert "Швейцарія" in html
    assert '<span class="version" lang="en">The' in folded(html)


def test_the_point_that_a_demand_is_about_is_told_when_it_changes(client, gazette):
    plan, hats = reported("proposal", "plan", gazette, title="Plan"), make.IssueFactory(title="Hats")
    demand = make.ProvisionFactory(proposal=plan, article=gazette, issue=hats, text="More hats.", point="Number")
    with noting([plan.pk]):
        demand.point = "Number of hats"
        demand.save()

    [(_, [told])] = shown(client.get("/changes/"))

    assert told == ("Changed: Plan", "", [("Point on Hats, what it is about", "Number", "Number [of hats]")])


# Findings of the editors


def test_what_changes_in_a_finding_is_told_at_both_doors_and_its_withdrawal_alone_once_it_is_gone(
    client, admin_client, tmp_path
):
    folder = Folder(tmp_path)
    folder.article("gazette-one", rounds=[entry("first", start="2021-05-01")])
    finding = {"slug": "once", "page": "/rounds/first/", "text": "They met.", "day": "2021-05-11"}
    finding |= {"sources": ["gazette-one"], "publication": "published"}
    folder.write("reference/findings.yaml", [finding])
    folder.load()
    folder.load()
    [row] = Finding.objects.all()
    data = form_data(form_page(admin_client, url(Finding, "change", row.pk))) | {
        "text": "They met once.",
        "reason": "A test.",
    }
    saved(admin_client.post(url(Finding, "change", row.pk), data))

    page = client.get("/changes/")
    told = [one for _, changes in page.context["days"] for one in changes if not one.change.entry]

    assert [one_change(one) for one in told] == [
        ("Changed: –", "", [("Text", "[They met.]", "[They met once.]")]),
        ("Added: –", "", []),
    ]
    assert 'href="/rounds/first/">They met once.</a>' in page.text
    assert 'href="/uk/rounds/first/">' in client.get("/uk/changes/").text

    admin_client.post(url(Finding, "delete", row.pk), {"post": "yes"})
    page = client.get("/changes/")
    assert [one_change(one) for _, changes in page.context["days"] for one in changes if not one.change.entry] == [
        ("Withdrawn: –", "", [])
    ]
    assert "They met" not in page.text


@pytest.mark.sql
def test_no_change_tells_of_a_finding_that_readers_cannot_see(client, talks, gazette):
    draft = reported("round", "draft", gazette, published=False)
    with noting_findings():
        make.FindingFactory(slug="public", text="Public.", day=datetime.date(2021, 5, 10), sources=[gazette.slug])
        make.FindingFactory(text=f"{MARK} draft", publication="draft", sources=[gazette.slug])
        make.FindingFactory(text=f"{MARK} page", page=draft.get_absolute_url(), sources=[gazette.slug])
        make.FindingFactory(text=f"{MARK} source", sources=[make.ArticleFactory().slug])
    with noting_findings():
        Finding.objects.exclude(slug="public").filter(publication="published").update(text=f"{MARK} again")
        Finding.objects.filter(publication="draft").update(text=f"{MARK} still a draft")

    page = client.get("/changes/")

    assert [one.finding.text for _, changes in page.context["days"] for one in changes if one.finding] == ["Public."]
    assert MARK not in page.text
    assert "draft" not in text(page)
    assert "finding" not in text(client.get("/changes/?as_of=2021-05-09"))
    assert "finding" not in text(client.get("/changes/?kind=round"))


def test_a_corrected_spelling_is_a_difference(client, talks):
    correct(talks, "The old Palace")

    ((_, ((_, _, lines),)),) = shown(client.get("/changes/"))

    assert lines == [("Venue", "The old [palace]", "The old [Palace]")]


def test_who_has_another_slug_by_now_is_still_named(client, talks, gazette, freedonia):
    firefly = make.PersonFactory(slug="firefly", name="Rufus Firefly")
    with noting([talks.pk]):
        make.AccountFactory(entry=talks, article=gazette, party=freedonia, speaker=firefly, text="We won.")
    Person.objects.filter(pk=firefly.pk).update(slug="rufus-firefly")
    make.FormerSlugFactory(slug="firefly", entry=None, person=firefly)

    ((_, ((_, _, lines),)),) = shown(client.get("/changes/"))

    assert lines == [("What Rufus Firefly said, by Gazette", "", "We won.")]


def test_a_note_is_text_and_no_markup(client, talks):
    correct(talks, note="<b>Not bold</b>")

    for address in ("/changes/", "/rounds/talks/"):
        assert "&lt;b&gt;Not bold&lt;/b&gt;" in client.get(address).content.decode()


# What readers are never told


def test_changes_of_a_draft_are_not_public_and_come_back_with_it(client, talks):
    correct(talks)
    publish(talks, "draft")
    cite(talks, "venue", f"{MARK} venue")
    gone = {address: page for address, page in walk(client, "/changes/").items() if page.status_code == 200}

    assert shown(client.get("/changes/")) == []
    assert client.get("/changes/?entry=talks").status_code == 400
    assert [address for address, page in gone.items() if NOTE in page.content.decode()] == []

    publish(talks)
    page = client.get("/changes/")

    assert [heading for heading, _, _ in shown(page)[0][1]] == ["Added: Talks", "Corrected: Talks"]
    assert "zxqv" not in " ".join(str(lines) for _, _, lines in shown(page)[0][1])


def test_what_was_public_once_is_published_again(client, gazette):
    one = reported("event", "hats", gazette, title="Hats", published=False, start=DAY)
    for publication in ("published", "draft", "published"):
        publish(one, publication)

    assert [heading for heading, _, _ in shown(client.get("/changes/"))[0][1]] == [
        "Published again: Hats",
        "Added: Hats",
    ]


def test_of_a_withdrawn_entry_only_that_is_told_with_its_public_note(client, gazette):
    one = reported("round", f"{MARK}-talks", gazette, title=f"{MARK} talks", start=DAY, venue=f"{MARK} palace")
    reported("event", "hats", gazette, start=DAY)
    correct(one, f"{MARK} theatre", note=f"{MARK} note")
    publish(one, "withdrawn", note="It never took place.")

    page = client.get("/changes/")

    assert shown(page) == [(timezone.now().date().isoformat(), [("Withdrawn: –", "It never took place.", [])])]
    assert "Withdrawn: round It never took place." in text(page)
    assert [address for address, found in walk(client).items() if MARK in found.content.decode()] == []
    assert client.get(f"/changes/?entry={MARK}-talks").status_code == 400


def test_a_line_never_names_a_draft(client, gazette):
    meeting = reported("round", f"{MARK}-round", gazette, title=f"{MARK} round", published=False, start=DAY)
    swap = reported("swap", "swap", gazette, title="Swap", start=DAY)
    with noting([swap.pk]):
        make.CitationFactory(entry=swap, article=gazette, field="agreed_at", value=meeting.slug)
        settle({swap.pk: "test"})

    page = client.get("/changes/")

    assert shown(page)[0][1] == [("Changed: Swap", "", [])]
    assert "What was changed mentions something that is not public." in text(page)
    assert MARK not in page.content.decode()


def test_the_reason_of_an_edit_is_not_public(client, admin_client, talks):
    data = form_data(form_page(admin_client, url(type(talks), "change", talks.pk)))
    row = row_of(data, "citations", field="venue")
    change = {"venue": "The hall", f"citations-{row}-value": "The hall", "reason": f"{MARK} reason"}
    saved(edit(admin_client, talks, change))

    assert shown(client.get("/changes/"))[0][1][0][0] == "Changed: Talks"
    assert [address for address, page in walk(client).items() if MARK in page.content.decode()] == []


# As known on a day


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2031-07-01", ["Corrected: Talks", "Added: Talks"]),
        ("2031-06-20", ["Corrected: Talks", "Added: Talks"]),
        ("2031-06-19", ["Added: Talks"]),
        ("2031-05-31", []),
        ("2031-05-09", []),
    ],
)
def test_as_of_a_day_there_are_the_changes_made_by_then(client, talks, as_of, expected):
    note_additions([talks])
    at("2031-06-01")
    correct(talks)
    at("2031-06-20T23:59", sort="corrected")

    page = client.get(f"/changes/?as_of={as_of}")

    assert [heading for _, found in shown(page) for heading, _, _ in found] == expected
    assert (NOTE in page.content.decode()) == ("Corrected: Talks" in expected)


@pytest.mark.parametrize(("as_of", "told"), [("2031-05-19", False), ("2031-05-20", True)])
def test_no_value_that_was_reported_later_is_told_whenever_it_was_noted(client, talks, herald, as_of, told):
    with noting([talks.pk], note=f"{MARK} note", correction=True):
        reported("round", "talks", herald, venue=f"{MARK} palace")
    at("2031-05-11")

    for address in (
        f"/changes/?as_of={as_of}",
        f"/rounds/talks/?as_of={as_of}",
        f"/changes/?entry=talks&as_of={as_of}",
    ):
        assert (MARK in client.get(address).content.decode()) == told


def test_the_title_of_an_entry_is_the_one_known_on_the_day(client, talks, herald):
    note_additions([talks])
    at("2031-05-11")
    talks = reported("round", "talks", herald, title="Later title")
    talks.chosen = {"title": "Later title"}
    talks.save()

    assert shown(client.get("/changes/?as_of=2031-05-12"))[0][1] == [("Added: Talks", "", [])]
    assert shown(client.get("/changes/"))[0][1] == [("Added: Later title", "", [])]


# The page of an entry


def test_the_page_of_an_entry_shows_its_corrections_near_the_top_and_leads_to_all_changes(client, talks):
    correct(talks)
    at("2031-06-02")

    page = client.get("/rounds/talks/")
    html = page.content.decode()

    assert f"Corrected on 2 June 2031 {NOTE} Venue Before The old [removed] palace After The old" in text(page)
    assert html.index('id="corrections"') < html.index('id="facts"')
    assert 'href="/changes/?entry=talks"' in html


def test_an_entry_without_corrections_says_nothing_of_them(client, talks):
    with noting([talks.pk]):
        cite(talks, "venue", "The hall")

    assert 'id="corrections"' not in client.get("/rounds/talks/").content.decode()


def test_the_latest_corrections_stand_on_the_page_of_an_entry(client, talks):
    for number in range(5):
        correct(talks, f"Hall {number}", note=f"Note {number}.")

    assert [one.change.note for one in client.get("/rounds/talks/").context["corrections"]] == [
        "Note 4.",
        "Note 3.",
        "Note 2.",
    ]


# Queries


def corrections(count):
    """So many corrected entries, each with a line of every sort."""
    people = make.PersonFactory.create_batch(count)
    for number in range(count):
        article, party = make.ArticleFactory(), make.PartyFactory()
        one = reported("round", f"talks-{number}", article, start=DAY, venue="The palace")
        series, issue = make.ProcessFactory(), make.IssueFactory()
        with noting([one.pk], note=NOTE, correction=True):
            delegation = make.DelegationFactory(round=one, article=article, party=party)
            make.DelegateFactory(delegation=delegation, person=people[number])
            make.AccountFactory(entry=one, article=article, party=party, speaker=people[number])
            reported("round", one.slug, make.ArticleFactory(), process=series.slug, issues=issue.slug)
        note_additions([one])


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_takes_as_many_queries_for_many_changes_as_for_one(client, django_assert_num_queries, count):
    corrections(count)

    with django_assert_num_queries(13):
        client.get("/changes/")


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_an_entry_takes_as_many_queries_for_many_corrections(
    client, django_assert_num_queries, talks, count
):
    for number in range(count):
        correct(talks, f"Hall {number}")

    with django_assert_num_queries(13):
        client.get("/rounds/talks/")
