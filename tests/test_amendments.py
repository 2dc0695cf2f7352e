"""Amendments: an author suggests a report of a published entry, and an editor accepts or declines it."""

import datetime

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.urls import reverse

from talks import models
from talks.derived.settle import settle
from talks.editing import merging
from talks.files.exporter import export
from talks.models import Amendment
from talks.models.writing import writing
from tests import factories as make
from tests.admin_pages import url
from tests.site_map import walk
from tests.staff import in_role, made
from tests.test_desk import complaints, desk_of, form_of

pytestmark = pytest.mark.django_db
MARK = "zxqv"  # stands in what is only suggested
LIST = reverse("admin:talks_amendment_changelist")
QUOTED = {"text": f"It was {MARK}.", "paragraphs": "2"}


@pytest.fixture
def gazette(freedonia, sylvania):
    text = "Delegations met in Glockenberg.\n\n“It was a duet,” Firefly said."
    return make.ArticleFactory(slug="gazette", published=datetime.date(2031, 5, 3), text=text)


@pytest.fixture
def talks_held(gazette):
    return make.reported("round", "talks", gazette, title="Talks", start="2031-05-02", city="Glockenberg")


@pytest.fixture
def as_author(client):
    """Logs the author in; gives the client."""
    user = in_role("Author")

    def enter():
        client.force_login(user)
        return client

    return enter


@pytest.fixture
def as_editor(client):
    user = in_role("Editor")

    def enter():
        client.force_login(user)
        return client

    return enter


def change_form(row):
    return reverse("admin:talks_article_desk_change", args=[row.article_id, row._meta.model_name, row.pk])


def quoted(client, article, entry, party, **more):
    """The answer to an account that is sent at the desk."""
    return client.post(form_of(article, "account"), {"entry": entry.pk, "party": party.pk, **QUOTED, **more})


def page_of(amendment):
    return url(Amendment, "change", amendment.pk)


def opened(client, amendment):
    """What the page of an amendment sends along with a decision."""
    return {"opened": client.get(page_of(amendment)).context["opened"]}


def accept(client, amendment, **more):
    sent = opened(client, amendment) | {"accept": "1", **amendment.sent, **more}
    return client.post(page_of(amendment), sent)


def decline(client, amendment, answer):
    return client.post(page_of(amendment), opened(client, amendment) | {"decline": "1", "answer": answer})


def lines(page):
    """[(what it is about, published now, with this)] as the page shows it."""
    return [
        (one.label, *("".join(piece.text for piece in side) for side in (one.before, one.after)))
        for one in page.context["lines"]
    ]


# The way of an amendment


@pytest.mark.sql
def test_what_an_author_reports_of_a_published_entry_waits_until_an_editor_accepts_it(
    client, gazette, talks_held, freedonia, as_author, as_editor
):
    before = models.Revision.current()
    as_author()

    answers = [quoted(client, gazette, talks_held, freedonia, reason="It is in the text.") for _twice in range(2)]

    assert [answer.url for answer in answers] == [f"{desk_of(gazette)}?entry={talks_held.pk}&at=2#p2"] * 2
    amendment = Amendment.objects.get()  # the same sent twice is one
    assert (models.Account.objects.count(), models.Revision.current()) == (0, before)
    assert (amendment.state, amendment.author.username, amendment.why) == ("waiting", "author", "It is in the text.")
    assert amendment.words == f"Freedonia: It was {MARK}."
    as_editor()
    block = next(one for one in client.get("/admin/").context["waiting"] if one.name == "amendments")
    assert (block.total, block.first) == ("1", [(page_of(amendment), f"Talks: Freedonia: It was {MARK}.")])
    assert page_of(amendment) in client.get(desk_of(gazette)).content.decode()
    page = client.get(page_of(amendment))
    assert lines(page) == [(f"What Freedonia said, by {gazette.publisher}", "", f"It was {MARK}.")]
    assert page.context["told"] == [(2, "“It was a duet,” Firefly said.")]

    assert accept(client, amendment, text="It was a duet.").url == LIST  # an editor may mend it

    account = models.Account.objects.get()
    assert (account.text, account.paragraphs, account.article) == ("It was a duet.", "2", gazette)
    record = account.history.get()
    assert record.history_user.username == "editor"
    assert record.history_change_reason == "It is in the text. (suggested by author)"
    amendment.refresh_from_db()
    assert (amendment.state, amendment.editor.username) == ("accepted", "editor")
    assert models.Change.objects.filter(entry=talks_held.pk, sort="changed").count() == 1
    client.post(page_of(amendment), opened(client, amendment) | {"accept": "1", **amendment.sent})
    assert models.Account.objects.count() == 1


def test_a_declined_amendment_changes_nothing_and_its_author_reads_why(
    client, gazette, talks_held, freedonia, as_author, as_editor
):
    quoted(as_author(), gazette, talks_held, freedonia)
    amendment = Amendment.objects.get()
    as_editor()

    assert "Say why; the author sees it." in decline(client, amendment, " ").content.decode()
    assert decline(client, amendment, "Firefly said that elsewhere.").status_code == 302

    assert models.Account.objects.count() == 0
    as_author()
    block = next(one for one in client.get("/admin/").context["waiting"] if one.name == "amendments")
    told = f"Declined: Firefly said that elsewhere.: Talks: Freedonia: It was {MARK}."
    assert (str(block.heading), block.first) == ("Your suggestions", [(page_of(amendment), told)])
    page = client.get(page_of(amendment)).content.decode()
    assert ("Firefly said that elsewhere." in page, 'name="accept"' in page) == (True, False)


@pytest.mark.sql
def test_a_change_of_a_report_is_shown_beside_what_is_published(client, gazette, talks_held, as_author, as_editor):
    citation = talks_held.citations.get(field="city")
    as_author()
    page = client.get(change_form(citation))
    assert list(page.context["form"].fields) == ["value", "right_because", "paragraphs", "reason"]
    same = {"value": "Glockenberg", "paragraphs": citation.paragraphs, "reason": "So."}
    unchanged = client.post(change_form(citation), same)
    assert complaints(unchanged) == {"__all__": ["That is what it says already; change something."]}
    silent = client.post(change_form(citation), {"value": "Sylvania Spa"})
    assert complaints(silent) == {"reason": ["Readers see this entry, so its history must say why it changes."]}

    client.post(change_form(citation), {"value": "Sylvania Spa", "paragraphs": "1", "reason": "A slip."})

    citation.refresh_from_db()
    assert citation.value == "Glockenberg"
    amendment = Amendment.objects.get()
    as_editor()
    assert lines(client.get(page_of(amendment))) == [("Place", "Glockenberg", "Sylvania Spa")]
    assert accept(client, amendment).status_code == 302
    citation.refresh_from_db()
    talks_held.refresh_from_db()
    assert (citation.value, citation.paragraphs, talks_held.city) == ("Sylvania Spa", "1", "Sylvania Spa")


SORTS = {
    "citation": ({"field": "venue", "value": "Opera", "paragraphs": "2"}, 1),
    "account": (QUOTED, 1),
    "delegate": ({"head": "on", "title": "Ambassador", "paragraphs": "2"}, 3),
    "transfer": ({"kind": "prisoners-of-war", "count": "1 200", "paragraphs": "2"}, 1),
    "provision": ({"key": "hats", "text": "Hats for all.", "paragraphs": "2"}, 1),
}


@pytest.mark.sql
@pytest.mark.parametrize("sort", SORTS)
def test_each_sort_of_report_is_suggested_shown_accepted_and_changed(
    client, gazette, freedonia, sylvania, as_author, as_editor, sort
):
    kind = {"transfer": "swap", "provision": "proposal"}.get(sort, "round")
    entry = make.reported(kind, "entry", gazette, title="Entry", start="2031-05-02")
    rows = {"account": {"party": freedonia.pk}, "delegate": {"party": freedonia.pk, "person": make.PersonFactory().pk}}
    rows["transfer"] = {"from_party": freedonia.pk, "to_party": sylvania.pk}
    rows["provision"] = {"issue": make.IssueFactory().pk}
    told, count = SORTS[sort]

    answer = as_author().post(form_of(gazette, sort), {"entry": entry.pk, **rows.get(sort, {}), **told})

    assert answer.status_code == 302, complaints(answer)
    first = Amendment.objects.get()
    shown = lines(as_editor().get(page_of(first)))
    assert len(shown) == count
    before = set(models.Change.objects.values_list("pk", flat=True))
    assert accept(client, first).status_code == 302
    row = apps.get_model("talks", sort).objects.latest("pk")
    noted = models.Change.objects.exclude(pk__in=before).get()
    assert len(noted.lines) == len({what.removesuffix(", title") for what, _now, _then in shown})

    form = as_author().get(change_form(row)).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | {"paragraphs": "1", "reason": "Where it stands."}
    assert client.post(change_form(row), sent).status_code == 302
    second = Amendment.objects.exclude(pk=first.pk).get()
    page = as_editor().get(page_of(second))
    assert (lines(page), [said[1:] for line in page.context["changed"] for said in line.said]) == (
        [],
        [(told["paragraphs"], "1")],
    )
    assert accept(client, second).status_code == 302
    row.refresh_from_db()
    assert row.paragraphs == "1"


# Conflicts


def test_an_entry_that_changed_since_is_told_and_so_is_one_that_changes_while_its_page_is_open(
    client, gazette, talks_held, freedonia, as_author, as_editor
):
    quoted(as_author(), gazette, talks_held, freedonia)
    amendment = Amendment.objects.get()
    page = opened(as_editor(), amendment)
    with writing():
        citation = talks_held.citations.get(field="city")
        citation.value, citation._change_reason = "Sylvania Spa", "Another town."
        citation.save()
        settle({talks_held.pk: "Another town."})

    answer = client.post(page_of(amendment), page | {"accept": "1", **amendment.sent})

    assert (answer.status_code, models.Account.objects.count()) == (200, 0)
    told = "Nothing is decided yet: the entry has changed since you opened this page. Look at it again."
    assert [str(one) for one in answer.context["messages"]] == [told]
    assert [block.edit.reason for block in answer.context["meanwhile"]] == ["Another town."]
    assert "Value:</strong> Glockenberg → Sylvania Spa" in " ".join(answer.content.decode().split())


def test_what_can_no_longer_stand_is_told_and_not_accepted(client, gazette, talks_held, as_author, as_editor):
    citation = talks_held.citations.get(field="city")
    as_author()
    client.post(change_form(citation), {"value": "Sylvania Spa", "reason": "A slip."})
    client.post(form_of(gazette, "citation"), {"entry": talks_held.pk, "field": "venue", "value": "Opera"})
    on_venue, on_city = Amendment.objects.all()
    make.CitationFactory(entry=talks_held, article=gazette, field="venue", value="Town hall")
    citation.delete()
    as_editor()

    pages = [client.get(page_of(one)) for one in (on_venue, on_city)]
    refused = [accept(client, one) for one in (on_venue, on_city)]

    assert "It cannot stand as it is; the form below says why." in pages[0].content.decode()
    assert "The report that it would change is gone, so it can only be declined." in pages[1].content.decode()
    assert [answer.status_code for answer in refused] == [200, 200]
    assert set(Amendment.objects.values_list("state", flat=True)) == {"waiting"}
    assert decline(client, on_city, "It is gone.").status_code == 302


def test_paragraphs_of_a_text_that_changed_since_are_looked_at_again(
    client, gazette, talks_held, freedonia, as_author, as_editor
):
    quoted(as_author(), gazette, talks_held, freedonia)
    amendment = Amendment.objects.get()
    gazette.text = f"A new first one.\n\n{gazette.text}"
    gazette.save()

    page = as_editor().get(page_of(amendment))

    assert page.context["form"].errors["paragraphs"][0].startswith("The text of the article was changed since")
    assert accept(client, amendment).status_code == 200
    assert accept(client, amendment, paragraphs="3", text_mark=page.context["form"].text_mark).status_code == 302
    assert models.Account.objects.get().paragraphs == "3"


def test_an_amendment_is_accepted_for_its_own_entry_alone(client, gazette, talks_held, freedonia, as_author, as_editor):
    other = make.reported("round", "other", gazette, start="2031-05-02")
    quoted(as_author(), gazette, talks_held, freedonia)
    as_editor()

    assert accept(client, Amendment.objects.get(), entry=other.pk).status_code == 302

    assert models.Account.objects.get().entry_id == talks_held.pk


def test_the_form_checks_a_suggestion_as_it_checks_a_report(client, gazette, talks_held, as_author):
    as_author()

    late = client.post(form_of(gazette, "account"), {"entry": talks_held.pk, "text": "Fine.", "paragraphs": "3"})
    other = client.post(form_of(gazette, "citation"), {"entry": talks_held.pk, "field": "city", "value": "Elsewhere"})

    assert "paragraphs" in complaints(late)
    assert other.status_code == 200
    assert Amendment.objects.count() == 0


# Who may do what, by address


@pytest.mark.parametrize(
    ("role", "desk", "sends", "sees", "decides"),
    [
        ("Nobody", 403, 403, 403, 403),
        ("Author", 200, 302, 200, 403),
        ("Editor", 200, 302, 200, 302),
        ("Admin", 200, 302, 200, 302),
        ("Superuser", 200, 302, 200, 302),
        ("visitor", 302, 403, 302, 403),
    ],
)
def test_who_may_suggest_see_and_decide(client, gazette, talks_held, freedonia, role, desk, sends, sees, decides):
    amendment = make.AmendmentFactory(entry=talks_held, article=gazette, party=freedonia)
    if role != "visitor":
        client.force_login(in_role(role))
    direct = role in ("Editor", "Admin", "Superuser")

    got = [client.get(one).status_code for one in (desk_of(gazette), form_of(gazette, "account"))]
    sent = quoted(client, gazette, talks_held, freedonia, text="It was fine.")
    read = [client.get(one).status_code for one in (LIST, page_of(amendment))]
    mark = {"opened": client.get(page_of(amendment)).context["opened"]} if sees == 200 else {}
    decided = client.post(page_of(amendment), mark | {"decline": "1", "answer": "No."})

    assert (got, sent.status_code, read, decided.status_code) == ([desk] * 2, sends, [sees] * 2, decides)
    assert models.Account.objects.count() == direct
    assert Amendment.objects.count() == 1 + (role == "Author")
    amendment.refresh_from_db()
    assert amendment.state == ("declined" if direct else "waiting")
    assert client.post(url(Amendment, "delete", amendment.pk), {"post": "yes"}).status_code in (302, 403)
    assert client.get(url(Amendment, "add")).status_code in (302, 403)
    assert Amendment.objects.filter(pk=amendment.pk).exists()


@pytest.mark.parametrize("publication", ["draft", "withdrawn"])
def test_nothing_is_suggested_for_what_is_not_published(client, gazette, talks_held, freedonia, as_author, publication):
    models.Entry.objects.update(publication=publication)
    account = make.AccountFactory(entry=talks_held, article=gazette, party=freedonia)
    as_author()

    added = quoted(client, gazette, talks_held, freedonia)
    changed = client.post(change_form(account), {"party": freedonia.pk, "text": "Other.", "reason": "So."})

    told = "You may not change “Talks”, so nothing can be added to it; ask an editor."
    assert (complaints(added), complaints(changed)) == ({"entry": [told]}, {"__all__": [told]})
    assert (Amendment.objects.count(), models.Account.objects.get().text) == (0, account.text)
    assert change_form(account) not in client.get(desk_of(gazette)).content.decode()


def test_an_authors_own_draft_is_changed_at_once_and_its_published_entry_only_suggested(
    client, gazette, freedonia, as_author
):
    entry = make.reported("round", "own", gazette, title="Own", start="2031-05-02", published=False)
    as_author()
    made(entry, User.objects.get(username="author"))

    quoted(client, gazette, entry, freedonia)
    account = models.Account.objects.get()
    client.post(change_form(account), {"party": freedonia.pk, "text": "Other.", "paragraphs": "2"})
    models.Entry.objects.update(publication="published")
    client.post(change_form(account), {"party": freedonia.pk, "text": "Third.", "paragraphs": "2", "reason": "So."})

    account.refresh_from_db()
    assert (account.text, Amendment.objects.get().sent["text"]) == ("Other.", "Third.")


def test_the_page_of_a_published_entry_leads_an_author_to_the_desks_of_its_articles(
    client, gazette, talks_held, as_author, as_editor
):
    address = f"{desk_of(gazette)}?entry={talks_held.pk}"
    page = url(models.Round, "change", talks_held.pk)

    assert address in as_author().get(page).content.decode()
    models.Entry.objects.update(publication="draft")
    assert address not in client.get(page).content.decode()
    assert address not in as_editor().get(page).content.decode()


# What readers see


@pytest.mark.sweep
def test_no_page_and_no_file_tells_of_an_amendment(tmp_path, client, gazette, talks_held, freedonia, as_author):
    quoted(as_author(), gazette, talks_held, freedonia, reason=f"{MARK} why")
    client.logout()

    pages = walk(client)
    asked = [f"/search/?q={MARK}", f"/?q={MARK}", "/changes/", "/?as_of=2031-06-01", "/rounds/talks/?as_of=2031-06-01"]
    pages |= {address: client.get(address) for address in asked}

    assert [one for one, page in pages.items() if MARK not in one and MARK in page.content.decode()] == []
    assert pages[f"/?q={MARK}"].context["in_words"] == f"0 entries that mention “{MARK}”"
    export(tmp_path)
    assert [file for file in tmp_path.rglob("*.yaml") if MARK in file.read_text()] == []


def test_a_merge_takes_amendments_along(client, gazette, talks_held, freedonia, as_author):
    other = make.reported("round", "other", make.ArticleFactory(), title="Other", start="2031-05-02")
    quoted(as_author(), gazette, talks_held, freedonia)

    merging.merge(merging.plan(other, talks_held), {}, "One.")

    assert Amendment.objects.get().entry_id == other.pk
