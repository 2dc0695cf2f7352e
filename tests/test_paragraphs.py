"""Reports stay with the words that they cite when the text of their article changes."""

import pytest
from django.urls import reverse

from talks.derived.settle import settle
from talks.editing.paragraphs import lost_of
from talks.editing.restore import plan, restore
from talks.editing.versions import edits_of, records_of, state_after
from talks.models import REPORTS, Account, Citation, Round
from talks.models.history import delete
from talks.record.paragraphs import places
from tests import factories as make
from tests.admin_pages import edit, saved, url

OPENING = "Delegations of Freedonia and Sylvania met in Glockenberg on 2 May 2031."
LEAD = "Rufus T. Firefly led the Freedonian side."
QUOTE = "“It was a fine duet,” Firefly said to the Gazette."
SWAP = "The sides agreed to exchange 120 prisoners of war."
TEXT = [OPENING, LEAD, QUOTE, SWAP]


# Places


def test_paragraphs_are_found_behind_one_that_is_put_before_them():
    assert places(TEXT, ["Updated at noon.", *TEXT]) == {1: [2], 2: [3], 3: [4], 4: [5]}


def test_a_paragraph_that_is_gone_is_not_found():
    assert places(TEXT, [OPENING, QUOTE, SWAP]) == {1: [1], 3: [2], 4: [3]}


def test_paragraphs_in_another_order_are_found():
    assert places(TEXT, [SWAP, OPENING, LEAD, QUOTE]) == {1: [2], 2: [3], 3: [4], 4: [1]}


def test_case_accents_and_punctuation_do_not_matter():
    assert places(["Émile, said: yes."], ["Before it.", "emile said “yes”"]) == {1: [2]}


def test_joined_paragraphs_lead_to_the_whole_and_one_in_pieces_to_all_of_them():
    assert places(TEXT, [f"{OPENING} {LEAD}", QUOTE, SWAP]) == {1: [1], 2: [1], 3: [2], 4: [3]}
    assert places([f"{OPENING} {LEAD}", SWAP], [OPENING, LEAD, SWAP]) == {1: [1, 2], 2: [3]}


def test_a_corrected_paragraph_is_found_and_a_rewritten_one_is_not():
    corrected = SWAP.replace("120", "130")
    assert places(TEXT, ["New.", OPENING, LEAD, QUOTE, corrected])[4] == [5]
    assert 4 not in places(TEXT, [OPENING, LEAD, QUOTE, "Nothing was agreed on that day, both said."])


def test_the_same_words_twice_stay_in_their_order():
    assert places(["Read more", LEAD, "Read more"], ["New.", "Read more", LEAD, "Read more"]) == {
        1: [2],
        2: [3],
        3: [4],
    }


def test_paragraphs_of_signs_alone_are_told_apart():
    assert places(["***", LEAD, "---"], [LEAD, "---", "***"]) == {1: [3], 2: [1], 3: [2]}


# The admin


@pytest.fixture
def article(db):
    return make.ArticleFactory(slug="gazette", text="\n\n".join(TEXT))


@pytest.fixture
def cited(article, freedonia, sylvania):
    """{model: a row that the article reports} in paragraphs 1 and 4, but for the delegate in 2."""
    round_ = make.reported("round", "glockenberg", article, start="2031-05-02")
    swap, proposal = make.reported("swap", "swap", article), make.reported("proposal", "plan", article)
    delegation = make.DelegationFactory(round=round_, article=article, paragraphs="1, 4")
    make.DelegateFactory(delegation=delegation, article=article, paragraphs="2")
    make.TransferFactory(swap=swap, article=article, paragraphs="1, 4")
    make.ProvisionFactory(proposal=proposal, article=article, paragraphs="1, 4")
    make.AccountFactory(entry=round_, article=article, paragraphs="1, 4")
    Citation.objects.exclude(field="start").update(paragraphs="")
    Citation.objects.filter(field="start").update(paragraphs="1, 4")
    settle({entry.pk: "test" for entry in (round_, swap, proposal)})
    return {model: model.objects.exclude(paragraphs="").get() for model in REPORTS}


def change_text(client, article, *paragraphs, **fields):
    """Send the article's page with this text; what it then says."""
    answer = edit(client, article, {"text": "\r\n\r\n".join(paragraphs), **fields})
    assert saved(answer)
    page = client.get(answer.url)
    article.refresh_from_db()
    return [str(message) for message in page.context["messages"]]


def paragraphs_of(cited):
    return {model.__name__: model.objects.get(pk=row.pk).paragraphs for model, row in cited.items()}


@pytest.mark.sql
def test_every_sort_of_report_moves_with_its_paragraph(admin_client, article, cited):
    told = change_text(admin_client, article, "Updated at noon.", *TEXT)
    moved = dict.fromkeys((model.__name__ for model in REPORTS), "2, 5") | {"Delegate": "3"}
    assert paragraphs_of(cited) == moved
    assert "6 reports moved with their paragraphs:" in told[0]
    assert "1, 4 → 2, 5" in told[0]
    assert lost_of(article) == []
    row = cited[Citation].history.first()
    assert row.history_change_reason == "its paragraph moved in the article’s text: A test."
    assert {record.edit for record in (row, article.history.first())} == {row.edit}


def test_a_text_that_is_stored_first_or_taken_away_moves_nothing(admin_client, article, cited):
    stood = paragraphs_of(cited)
    change_text(admin_client, article)
    change_text(admin_client, article, "New.", *TEXT)
    assert paragraphs_of(cited) == stood


def test_a_paragraph_that_is_gone_is_asked_for_until_it_is_settled(admin_client, article, cited):
    told = change_text(admin_client, article, OPENING, QUOTE, SWAP)
    assert paragraphs_of(cited)["Delegate"] == ""
    assert "1 cited paragraph is not in the new text; " in told[1]
    page = admin_client.get(url(type(article), "change", article.pk))
    assert "paragraph 2 was: “Rufus T. Firefly led the Freedonian side.”" in page.content.decode()
    desk = admin_client.get(reverse("admin:talks_article_desk", args=[article.pk]))
    assert "1 cited paragraph is to be found again" in desk.content.decode()
    listed = admin_client.get(url(type(article), "changelist"), {"paragraphs": "lost"})
    assert list(listed.context["cl"].result_list) == [article]
    key = lost_of(article)[0].key
    change_text(admin_client, article, OPENING, QUOTE, SWAP, settled=[key])
    assert lost_of(article) == []


def test_another_paragraph_settles_what_was_lost(admin_client, article, cited):
    change_text(admin_client, article, OPENING, QUOTE, SWAP)
    delegate = next(row for row in cited.values() if type(row).__name__ == "Delegate")
    delegate.paragraphs = "1"
    delegate.save()
    assert lost_of(article) == []


def test_a_lost_paragraph_that_comes_back_is_cited_again(admin_client, article, cited):
    stood = paragraphs_of(cited)
    change_text(admin_client, article, "New.", OPENING, QUOTE, SWAP)
    change_text(admin_client, article, "Newer.", OPENING, QUOTE, SWAP)
    assert [lost.number for lost in lost_of(article)] == [2]
    change_text(admin_client, article, *TEXT)
    assert paragraphs_of(cited) == stood
    assert lost_of(article) == []


def test_an_earlier_version_of_the_article_takes_its_paragraphs_along(admin_client, article, cited):
    stood, first = paragraphs_of(cited), article.history.first()
    change_text(admin_client, article, "New.", OPENING, QUOTE, SWAP)
    address = url(type(article), "simple_history", article.pk, first.history_id)
    page = admin_client.get(address)
    form = page.context["adminform"].form
    data = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    assert saved(admin_client.post(address, data))
    assert paragraphs_of(cited) == stood


@pytest.mark.sql
def test_an_entry_that_is_restored_cites_the_paragraphs_of_todays_text(admin_client, article, cited):
    entry = Round.objects.get()
    then = edits_of(records_of(Round, entry.pk))[-1].key
    delete(cited[Account], "A mistake.")
    change_text(admin_client, article, "New.", OPENING, LEAD, QUOTE)
    restore(plan(entry, state_after(edits_of(records_of(Round, entry.pk)), then)), "It was none.")
    article.refresh_from_db()
    assert Account.objects.get().paragraphs == "2"
    assert ("Account", 4, SWAP) in [(type(lost.row).__name__, lost.number, lost.words) for lost in lost_of(article)]


def test_a_form_of_the_desk_that_shows_an_older_text_is_not_saved_unseen(admin_client, article, cited):
    address = reverse("admin:talks_article_desk_add", args=[article.pk, "citation"])
    entry = Round.objects.get()
    opened = admin_client.get(f"{address}?entry={entry.pk}&paragraphs=3")
    data = {"entry": entry.pk, "field": "city", "value": "Glockenberg", "paragraphs": "3"}
    mark = opened.context["form"].text_mark
    change_text(admin_client, article, "New.", *TEXT)
    page = admin_client.post(address, data | {"text_mark": mark})
    assert "was changed since you opened this form" in page.context["form"].errors["paragraphs"][0]
    mark = page.context["form"].text_mark
    assert f'name="text_mark" value="{mark}"' in page.content.decode()
    assert admin_client.post(address, data | {"paragraphs": "4", "text_mark": mark}).status_code == 302
    assert Citation.objects.get(field="city").paragraphs == "4"
