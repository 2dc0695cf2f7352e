"""Articles that their publisher retracted or changed: readers hear of it wherever something rests on them."""

import datetime

import pytest

from talks.files.exporter import export
from talks.files.loader import load
from talks.models import Article
from tests import factories as make
from tests.admin_pages import edit, errors, saved
from tests.article_files import Folder
from tests.html import text
from tests.test_schema import wrong_article

pytestmark = pytest.mark.django_db
RETRACTED = "Retracted by its publisher on 20 May 2031."


@pytest.fixture
def retracted(gazette):
    gazette.retracted, gazette.notice = datetime.date(2031, 5, 20), "The envoy was never there."
    gazette.save()
    return gazette


@pytest.fixture
def talks(retracted, herald):
    make.reported("round", "glee", retracted, start="2031-05-09", city="Glee")
    return make.reported("round", "glee", herald, start="2031-05-09", status="held")


def test_each_fact_that_rests_on_a_retracted_article_alone_says_so(client, talks):
    page = text(client.get("/rounds/glee/"))
    assert page.count("rests only on a retracted article") == 2  # where the round was, above and in the table
    assert "retracted by its publisher on 20 May 2031" in page
    assert RETRACTED in page
    assert "The envoy was never there." in page


def test_an_entry_that_rests_on_retracted_articles_alone_says_so(client, retracted, herald):
    make.reported("round", "glee", retracted, start="2031-05-09")
    assert "That article was retracted by its publisher." in text(client.get("/rounds/glee/"))
    make.reported("round", "glee", herald, status="held")
    assert "retracted by its publisher." not in text(client.get("/rounds/glee/"))


def test_before_its_retraction_an_article_has_no_mark(client, talks):
    before = text(client.get("/rounds/glee/", {"as_of": "2031-05-19"}))
    assert ("etracted" in before, "never there" in before) == (False, False)
    assert RETRACTED in text(client.get("/rounds/glee/", {"as_of": "2031-05-20"}))


@pytest.mark.parametrize("address", ["/articles/gazette/", "/articles/"])
def test_the_pages_of_sources_say_it_too(client, talks, address):
    assert RETRACTED in text(client.get(address))
    assert RETRACTED not in text(client.get(address, {"as_of": "2031-05-19"}))


def test_of_a_change_that_came_later_an_earlier_day_is_told(client, gazette):
    Article.objects.update(updated=datetime.date(2031, 5, 20), notice="The number was mended.", released=True)
    page = text(client.get("/articles/gazette/"))
    assert "Changed by its publisher on 20 May 2031." in page
    assert "The number was mended." in page
    page = text(client.get("/articles/gazette/", {"as_of": "2031-05-19"}))
    assert "Changed by its publisher later, on 20 May 2031; what is cited here may stem from that change." in page
    assert "The number was mended." not in page


def test_marks_come_from_files_and_go_back_into_them(tmp_path):
    folder = Folder(tmp_path / "in")
    marks = {"retracted": "2021-06-09", "updated": "2021-06-06", "notice": "Why."}
    folder.article("gazette-one")
    load([folder.path])
    folder.article("gazette-one", article=marks)
    load([folder.path])
    days = datetime.date(2021, 6, 9), datetime.date(2021, 6, 6)
    assert Article.objects.values_list("retracted", "updated", "notice").get() == (*days, "Why.")
    export(tmp_path / "out")
    assert load([tmp_path / "out"]).changes == []


def test_a_file_of_before_there_were_marks_can_be_given_one(tmp_path):
    folder = Folder(tmp_path)
    folder.article("gazette-one")
    load([folder.path])
    article = Article.objects.get()
    for name in ("retracted", "updated", "notice"):
        del article.filed["article"][name]
    article.save()
    folder.article("gazette-one", article={"updated": "2021-06-06", "notice": "Why."})
    assert load([folder.path]).kept == []
    assert Article.objects.get().notice == "Why."


def test_a_mark_before_the_article_and_a_notice_of_nothing_are_refused_at_both_doors(admin_client, gazette):
    assert "before it was published" in wrong_article(retracted="1999-01-01")[0]
    assert "`notice` needs the day" in wrong_article(notice="Why.")[0]
    assert "in the future" in wrong_article(updated="2099-01-01")[0]
    page = edit(admin_client, gazette, {"retracted": "2031-05-01", "notice": "Why."})
    assert errors(page) == ["It cannot be retracted before it was published."]
    page = edit(admin_client, gazette, {"notice": "Why."})
    assert errors(page) == ["A notice needs the day on which the article was retracted or changed."]
    assert saved(edit(admin_client, gazette, {"updated": "2031-05-10", "notice": "Why."}))
