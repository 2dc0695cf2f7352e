"""What is improbable is asked about once, at whichever door it comes in; the reason that is given is kept."""

import datetime

import pytest
from django.urls import reverse

from talks.files.exporter import export
from talks.files.undo import take_back
from talks.models import Article, Citation, Delegate, Round, Swap, Transfer
from talks.record import improbable
from tests import factories as make
from tests.admin_pages import edit, errors, form_data, form_page, saved, url, with_row
from tests.article_files import Folder
from tests.test_undo import import_files

WHY = "right_because"
PUBLISHED = datetime.date(2031, 5, 10)
ASKED = " If it is right all the same, say why here, and save again."


# The rules


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ("2031-11-30", None, "it begins 2031-11-30, long after its article of 2031-05-10; look at the year"),
        ("2031-11-09", None, ""),
        ("2027", None, "it began 2027, years before its article of 2031-05-10; look at the year"),
        ("2027", "2030-01-01", ""),
        ("2028-05", None, ""),
        (None, None, ""),
    ],
)
def test_a_first_day_far_from_its_article_is_improbable(start, end, told):
    assert improbable.start(start, end, PUBLISHED) == told


@pytest.mark.parametrize(
    ("model", "start", "end", "told"),
    [
        (Round, "2031-05-01", "2031-06-01", "it ends on 2031-06-01, 31 days after 2031-05-01; look at both days"),
        (Round, "2031-05-01", "2031-05-31", ""),
        (Round, "2031-05", "2031-07", "it ends on 2031-07, 61 days after 2031-05-01; look at both days"),
        (Swap, "2031-05-01", "2031-10-31", ""),
        (Swap, None, "2032-05-09", "it ends on 2032-05-09, 365 days after 2031-05-10; look at both days"),
    ],
)
def test_an_end_long_after_the_start_is_improbable(model, start, end, told):
    assert improbable.end(model, start, end, PUBLISHED) == told


@pytest.mark.parametrize(
    ("count", "others", "told"),
    [
        (3000, 300, "3,000 is ten times as many as any other article reports, 300; look at the zeros"),
        (2999, 300, ""),
        (3000, None, ""),
        (None, 300, ""),
    ],
)
def test_ten_times_as_many_as_reported_elsewhere_is_improbable(count, others, told):
    assert improbable.number(count, others) == told


@pytest.mark.parametrize(
    ("own", "elsewhere", "told"),
    [
        ("freedonia", None, ""),
        (None, None, ""),
        (
            "sylvania",
            None,
            "is of “sylvania”, but stands in the delegation of “freedonia”; check whether that is meant",
        ),
        (
            None,
            "sylvania",
            "stands in the delegations of “freedonia” and “sylvania” at this round; check which is meant",
        ),
    ],
)
def test_a_person_among_the_others_is_improbable(own, elsewhere, told):
    assert improbable.person("x", own, "freedonia", elsewhere) == (told and f"“x” {told}")


# Files


def swap(slug, count, **more):
    transfer = {"from": "freedonia", "to": "sylvania", "kind": "remains", "count": count, "paragraphs": []} | more
    return {"slug": slug, "title": slug, "paragraphs": [], "transfers": [transfer]}


def delegation(party, **member):
    return {"party": party, "paragraphs": [], "members": [{"person": "chicolini", "paragraphs": []} | member]}


def glee(**more):
    return {"slug": "glee", "title": "Glee", "paragraphs": []} | more


@pytest.mark.sql
def test_a_file_is_told_the_line_to_type_and_then_nothing_more(db, tmp_path):
    folder = Folder(tmp_path)
    folder.article("gazette-a", swaps=[swap("hats", 30)])
    folder.article("gazette-b", swaps=[swap("coats", 300)], rounds=[glee(start="2024")])
    folder.article("gazette-c", rounds=[glee(delegations=[delegation("freedonia"), delegation("sylvania")])])

    outcome = folder.load()

    person = "“chicolini” stands in the delegations of “{}” and “{}” at this round; check which is meant"
    reason = ', or say why it is right all the same: right_because: "…"'
    assert [line.partition("yaml:")[2].partition(": ")[2] for line in outcome.warnings] == [
        "swaps[coats].transfers[1].count: 300 is ten times as many as any other article reports, 30; look at the zeros"
        + reason,
        "rounds[glee].start: it begins 2024, long after its article of 2021-05-10; look at the year, or say why it is "
        'right all the same: right_because: {start: "…"}',
        f"rounds[glee].delegations[freedonia].members[chicolini].person: {person.format('freedonia', 'sylvania')}"
        + reason,
        f"rounds[glee].delegations[sylvania].members[chicolini].person: {person.format('sylvania', 'freedonia')}"
        + reason,
    ]

    said = {WHY: "The article shows why."}
    round_ = glee(start="2024", right_because={"start": "It looks ahead."})
    folder.article("gazette-b", swaps=[swap("coats", 300, **said)], rounds=[round_])
    folder.article("gazette-c", rounds=[glee(delegations=[delegation("freedonia", **said), delegation("sylvania")])])

    assert folder.load().warnings == []
    assert Delegate.objects.get(delegation__party__slug="freedonia").right_because == "The article shows why."
    assert Citation.history.filter(right_because="It looks ahead.").count() == 1
    assert folder.load().changes == []


def test_a_reason_given_in_the_admin_holds_for_the_file_and_is_exported(db, tmp_path):
    folder = Folder(tmp_path / "in")
    folder.article("gazette-a", swaps=[swap("hats", 30)])
    folder.article("gazette-b", swaps=[swap("coats", 300)])
    folder.load()
    Transfer.objects.filter(swap__slug="coats").update(right_because="A year's worth.")

    again = folder.load()
    export(tmp_path / "out")
    text = (tmp_path / "out" / "articles" / "gazette-b.yaml").read_text()
    folder.article("gazette-b", swaps=[swap("coats", "at least 3,000")])

    assert (again.warnings, len(again.kept)) == ([], 1)
    assert "right_because: A year's worth." in text
    assert len(folder.load().warnings) == 1


def test_a_reason_goes_with_a_fact_that_the_entry_gives(db, tmp_path):
    folder = Folder(tmp_path)
    folder.article("gazette-a", rounds=[glee(right_because={"end": "So it is."})])
    assert folder.problems() == [
        "articles/gazette-a.yaml:8: rounds[glee]: right_because names “end”, which is no fact that this entry gives "
        "here"
    ]


def test_what_was_loaded_before_there_were_reasons_changes_with_its_file_and_is_undone(db, tmp_path):
    """Files and imports of then say nothing of columns that came later."""
    folder = Folder(tmp_path)
    folder.load()
    difference = import_files(folder.article("gazette-a", swaps=[swap("hats", 30)]))
    forget = {WHY, "released"}

    def older(value):
        if isinstance(value, dict):
            return {name: older(said) for name, said in value.items() if name not in forget}
        return [older(one) for one in value] if isinstance(value, list) else value

    article = Article.objects.get()
    article.filed = older(article.filed)
    article.save()
    folder.article("gazette-a", article={"released": True}, swaps=[swap("hats", 30, right_because="So it is.")])

    outcome = folder.load(dry_run=True)
    take_back(older(difference))

    assert (len(outcome.changes), outcome.kept) == (2, [])
    assert (Transfer.objects.count(), Swap.objects.count()) == (0, 0)


# The admin


def glee_of(article, **facts):
    return make.reported("round", "glee", article, title="Glee", **facts)


def test_the_page_of_an_entry_asks_once_why_a_day_is_right_and_keeps_the_answer(admin_client):
    meeting = glee_of(make.ArticleFactory(slug="gazette-a"), start="2031-05-09", end="2031-05-10")

    looks_back = edit(admin_client, meeting, {"start": "2021-05-09", "end": ""})
    asked = edit(admin_client, meeting, {"start": "2032-01-04", "end": ""})
    answered = edit(admin_client, meeting, {"start": "2032-01-04", "end": "", WHY: "It is planned."})
    later = edit(admin_client, meeting, {"summary": "Longer."})

    told = "It begins 2032-01-04, long after its article of 2031-05-10; look at the year."
    assert errors(looks_back)[0].startswith("It began 2021-05-09, years before its article of 2031-05-10")
    assert errors(asked)[0] == told + ASKED
    assert 'type="text" name="right_because"' in asked.content.decode()
    assert saved(answered)
    assert saved(later)
    start = Citation.objects.get(field="start")
    assert (start.value, start.right_because) == ("2032-01-04", "It is planned.")
    assert start.history.first().right_because == "It is planned."


def test_a_row_asks_and_its_reason_is_of_what_it_said_then(admin_client):
    make.TransferFactory(count=30, article__slug="gazette-b")
    article = make.ArticleFactory(slug="gazette-a")
    hats = make.reported("swap", "hats", article)
    row = make.TransferFactory(swap=hats, article=article, date=None, count=20)

    asked = edit(admin_client, hats, {"transfers-0-count": "300"})
    page = asked.content.decode()
    assert [message for message in errors(asked) if "ten times" in message] == [
        "300 is ten times as many as any other article reports, 30; look at the zeros." + ASKED
    ]
    assert page.count('type="text" name="transfers-0-right_because"') == 1
    assert page.count('type="hidden" name="citations-0-right_because"') == 1

    assert saved(edit(admin_client, hats, {"transfers-0-count": "300", f"transfers-0-{WHY}": "A year's worth."}))
    assert saved(edit(admin_client, hats, {"transfers-0-paragraphs": "4"}))
    more = edit(admin_client, hats, {"transfers-0-count": "3000"})

    assert len([message for message in errors(more) if "3,000 is ten times" in message]) == 1
    row.refresh_from_db()
    assert (row.count.plain, row.paragraphs, row.right_because) == (300, "4", "A year's worth.")


def test_a_delegation_asks_of_its_size_and_of_its_people(admin_client):
    article, other = make.ArticleFactory(slug="gazette-a"), make.ArticleFactory(slug="gazette-b")
    meeting, chico = glee_of(article), make.PersonFactory(slug="chico")
    elsewhere = make.DelegationFactory(round=meeting, article=other, party=make.PartyFactory(slug="sylvania"), size=3)
    make.DelegateFactory(delegation=elsewhere, person=chico)
    team = make.DelegationFactory(round=meeting, article=article, party=make.PartyFactory(slug="freedonia"))
    change = {"size": "30", "reason": "A test."}
    page = url(type(team), "change", team.pk)
    data = with_row(form_data(form_page(admin_client, page)), "delegates", person=chico.pk, order=0)

    sized = admin_client.post(page, data | change)
    seated = admin_client.post(page, data | change | {WHY: "All came."})
    answered = admin_client.post(page, data | change | {WHY: "All came.", f"delegates-0-{WHY}": "He changed sides."})

    assert errors(sized)[0] == "30 is ten times as many as any other article reports, 3; look at the zeros." + ASKED
    assert errors(seated)[0] == (
        "“chico” stands in the delegations of “freedonia” and “sylvania” at this round; check which is meant." + ASKED
    )
    assert saved(answered)
    team.refresh_from_db()
    assert (team.right_because, team.delegates.get().right_because) == ("All came.", "He changed sides.")


@pytest.mark.parametrize(
    ("sort", "typed", "told"),
    [
        ("entry", {"kind": "round", "title": "Glee", "start": "2032-01"}, "It begins 2032-01, long after"),
        ("citation", {"field": "start", "value": "2032-01-04"}, "It begins 2032-01-04, long after"),
        ("citation", {"field": "end", "value": "2031-07-04"}, "It ends on 2031-07-04, 60 days after 2031-05-05"),
        ("transfer", {"kind": "remains", "count": "300"}, "300 is ten times as many"),
        ("delegate", {"person": "chico", "party": "sylvania"}, "“chico” is of “freedonia”"),
    ],
)
def test_the_desk_asks_too(admin_client, sort, typed, told):
    article = make.ArticleFactory(slug="gazette-a")
    facts = {"start": "2031-05-05"} if typed.get("field") == "end" else {}
    about = make.reported("swap", "hats", article) if sort == "transfer" else glee_of(article, **facts)
    make.TransferFactory(count=30, kind="remains", article__slug="gazette-b")
    freedonia, sylvania = make.PartyFactory(slug="freedonia"), make.PartyFactory(slug="sylvania")
    keys = {"chico": make.PersonFactory(slug="chico", party=freedonia).pk, "sylvania": sylvania.pk}
    data = {name: keys.get(value, value) for name, value in typed.items()} | {"reason": "A test.", "paragraphs": "1"}
    if sort != "entry":
        data["entry"] = about.pk
    if sort == "transfer":
        data |= {"from_party": freedonia.pk, "to_party": sylvania.pk}
    page = reverse("admin:talks_article_desk_add", args=[article.pk, sort])

    asked = admin_client.post(page, data)
    answered = admin_client.post(page, data | {WHY: "So it is."})

    (messages,) = asked.context["form"].errors.values()
    assert [(message[: len(told)], message[-len(ASKED) :]) for message in messages] == [(told, ASKED)]
    assert saved(answered)
    kept = [row for model in (Citation, Delegate, Transfer) for row in model.objects.filter(right_because="So it is.")]
    assert len(kept) == 1
