"""manage.py check_record: what was saved before there was a rule is listed with its page and a sentence."""

import datetime

import pytest
from django.core.management import call_command

from talks.models import Article, Citation, Person
from tests import factories as make
from tests.admin_pages import url

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


def checked(capsys):
    code = 0
    try:
        call_command("check_record")
    except SystemExit as error:
        code = error.code
    return code, *(text.splitlines() for text in capsys.readouterr())


def test_rows_from_before_the_rules_are_listed_with_their_page(capsys):
    article = make.ArticleFactory(slug="gazette-a")
    hats = make.reported("swap", "hats", article, title="Hats")
    make.TransferFactory(swap=hats, article=article, date=datetime.date(2031, 5, 9), kind="remains")
    sound = checked(capsys)

    late = make.ArticleFactory(slug="gazette-c")
    make.CitationFactory(entry=hats, article=late, title="Hats", paragraphs="")
    make.TransferFactory(swap=hats, article=late, date=datetime.date(2031, 6, 1), kind="children")
    unwritable = make.reported(
        "event", "opera", make.ArticleFactory(slug="gazette-b"), title="Opera", event_kind="call"
    )
    Citation.objects.filter(entry=unwritable.pk, field="event_kind").update(field="city")
    nameless = make.PersonFactory(slug="chico")
    Person.objects.filter(pk=nameless.pk).update(name="")
    Article.objects.filter(slug="gazette-a").update(language="ua")

    code, listed, told = checked(capsys)

    assert sound == (0, ["1 article with all that it reports can be exported and loaded again."], [])
    assert (code, told) == (1, ["4 rows are to be mended; until then no export of the record can be loaded."])
    page = url(Article, "change", article.pk)
    assert listed == [
        f"{url(Article, 'change', Article.objects.get(slug='gazette-b').pk)}: it reports a fact or a value that its "
        "entry cannot have ('city'), so it cannot be written to a file",
        f"{page}: article.language: “ua” is no language code; write uk",
        f"{url(Article, 'change', late.pk)}: swaps[hats].transfers[1].date: the transfer of 2031-06-01 is later "
        "than its article, which is of 2031-05-10; correct the day, or take it out until it has happened",
        f"{url(Person, 'change', nameless.pk)}: name: this is missing; add it",
    ]
