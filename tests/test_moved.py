"""A timeline that was kept elsewhere: spreadsheets and TimelineJS become article files, and drafts."""

import csv
import datetime
import io
import json
import zipfile

import openpyxl
import pytest
import yaml
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from talks.files import tables
from talks.files.loader import load
from talks.files.moved import texts_of_table
from talks.files.uploads import texts_of
from talks.models import Article, Citation, Entry
from tests.article_files import Folder
from tests.factories import ArticleFactory, EventFactory, PublisherFactory, reported

pytestmark = pytest.mark.django_db
HEAD = ["Date", "Title", "Text", "Source"]
SOURCE, OTHER = "https://gazette.example/1", "https://herald.example/2"


def as_csv(*rows, head=HEAD, between=","):
    content = io.StringIO()
    csv.writer(content, delimiter=between).writerows([head, *rows])
    return content.getvalue().encode("utf-8-sig")


def as_xlsx(*rows, head=HEAD):
    book, content = openpyxl.Workbook(), io.BytesIO()
    for row in (head, *rows):
        book.active.append(row)
    book.save(content)
    return content.getvalue()


def as_timeline(*events):
    return json.dumps({"title": {"text": {"headline": "Opera"}}, "events": events}).encode()


def files(content, name="timeline.csv"):
    """What the files that a table makes hold, by their names."""
    return {path: yaml.safe_load(text) for path, text in texts_of_table(name, content).items()}


def only_event(content, name="timeline.csv"):
    ((event,),) = (file["events"] for file in files(content, name).values())
    return event


def mistakes(content, name="timeline.csv"):
    with pytest.raises(ValidationError) as raised:
        texts_of_table(name, content)
    return raised.value.messages


def test_a_spreadsheet_makes_a_file_for_each_source_and_drafts_of_its_rows():
    other = "https://www.herald.example/2"

    made = files(
        as_csv(
            ["2 June 2031", "Glee", "They sang.", SOURCE],
            ["2031-07", "Sorrow", "", SOURCE],
            ["02.06.2031", "Glee", "They danced.", other],
        )
    )

    assert made == {
        "gazette-example-2031-06-02-glee.yaml": {
            "article": {
                "slug": "gazette-example-2031-06-02-glee",
                "publisher": "gazette-example",
                "title": "[Glee]",
                "url": SOURCE,
            },
            "events": [
                {
                    "slug": "glee-2031-06-02",
                    "title": "Glee",
                    "draft": True,
                    "start": "2031-06-02",
                    "summary": "They sang.",
                    "paragraphs": [],
                },
                {"slug": "sorrow-2031-07", "title": "Sorrow", "draft": True, "start": "2031-07", "paragraphs": []},
            ],
        },
        "herald-example-2031-06-02-glee.yaml": {
            "article": {
                "slug": "herald-example-2031-06-02-glee",
                "publisher": "herald-example",
                "title": "[Glee]",
                "url": other,
            },
            "events": [
                {
                    "slug": "glee-2031-06-02",
                    "title": "Glee",
                    "draft": True,
                    "start": "2031-06-02",
                    "note": "They danced.",
                    "paragraphs": [],
                }
            ],
        },
    }


def test_a_workbook_gives_the_same_as_the_table_it_holds():
    row = ["Glee", "They sang.", SOURCE]

    made = files(as_xlsx([datetime.date(2031, 6, 2), *row]), "timeline.xlsx")

    assert made == files(as_csv(["2031-06-02", *row])) == files(as_csv(["2031-06-02", *row], between=";"))
    assert only_event(as_xlsx([2031, *row]), "timeline.xlsx")["start"] == "2031"


def test_timelinejs_gives_the_same_from_json_and_from_its_spreadsheet():
    text = '<p>They sang &amp; danced.</p><p>Says <a href="https://gazette.example/1?a=1&amp;b=2">Gazette</a></p>'
    starts, ends = {"year": "2031", "month": "6", "day": 2}, {"year": 2031, "month": 6, "day": 3}
    event = {"start_date": starts, "end_date": ends, "text": {"headline": "<b>Glee</b>", "text": text}}
    head = ["Year", "Month", "Day", "End Year", "End Month", "End Day", "Headline", "Text", "Media", "Type"]
    sheet = as_csv(
        ["", "", "", "", "", "", "Opera", "About it", "", "title"],
        ["2031", "6", "2", "2031", "6", "3", "<b>Glee</b>", text, "https://pictures.example/1.png", ""],
        head=head,
    )

    made = files(as_timeline(event), "timeline.json")

    assert made == files(sheet)
    (file,) = made.values()
    (told,) = file["events"]
    assert file["article"]["url"] == "https://gazette.example/1?a=1&b=2"
    assert (told["title"], told["start"], told["end"]) == ("Glee", "2031-06-02", "2031-06-03")
    assert told["summary"] == "They sang & danced.\nSays Gazette"


@pytest.mark.parametrize(
    ("word", "section", "date"),
    [
        ("round", "rounds", "start"),
        ("Exchanges", "swaps", "start"),
        ("ПРОПОЗИЦІЯ", "proposals", "date"),
        ("Події", "events", "start"),
        ("", "events", "start"),
    ],
)
def test_a_column_or_a_group_says_of_which_kind_an_entry_is(word, section, date):
    event = {"start_date": {"year": 2031}, "text": {"headline": "Glee"}, "group": word, "source": SOURCE}
    spreadsheet = as_csv(["2031", "Glee", "", SOURCE, word], head=[*HEAD, "Kind"])
    sheet = as_csv(["2031", "Glee", f'<a href="{SOURCE}">', word], head=["Year", "Headline", "Text", "Group"])

    (made,) = files(spreadsheet).values()

    assert made[section] == [{"slug": "glee-2031", "title": "Glee", "draft": True, date: "2031", "paragraphs": []}]
    assert files(spreadsheet) == files(as_timeline(event), "timeline.json") == files(sheet)


def test_a_kind_that_there_is_not_is_refused_with_those_that_there_are():
    rows = [["2031", "Glee", "", SOURCE, "Party"], ["2031", "Joy", "", SOURCE, "round"], ["2031", "Joy", "", OTHER, ""]]
    event = {"start_date": {"year": 2031}, "text": {"headline": "Glee"}, "group": "Party", "source": SOURCE}

    told = (
        "column “kind”: “Party” is no kind of entry; write one of these, or leave it empty for an event: Round, "
        "Exchange, Proposal, Event."
    )
    assert mistakes(as_csv(*rows, head=[*HEAD, "Kind"])) == [
        f"“timeline.csv”, row 2, {told}",
        "“timeline.csv”, row 4, column “kind”: a row above says that the same entry is of another kind.",
    ]
    assert mistakes(as_timeline(event), "a.json") == [f"“a.json”, row 1, {told}"]


def test_rows_of_one_slug_are_of_one_entry_and_need_no_date():
    head = [*HEAD, "Slug"]
    EventFactory(slug="joy")

    made = files(as_csv(["2031", "Glee", "", SOURCE, "glee"], ["", "Glee", "", OTHER, "glee"], head=head))

    assert [(one["slug"], one.get("start")) for file in made.values() for one in file["events"]] == [
        ("glee", "2031"),
        ("glee", None),
    ]
    assert mistakes(as_csv(["2031", "Joy", "", SOURCE, "joy"], head=head)) == [
        "“timeline.csv”, row 2, column “slug”: the entry “joy” is in the record already; add the source at its desk."
    ]


def packed(**named):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in named.items():
            archive.writestr(name.replace("_", "."), text)
    return SimpleUploadedFile("all.zip", content.getvalue())


def test_a_zip_holds_tables_and_article_files_alike():
    table, event = as_csv(["2031", "Glee", "", SOURCE]), {"start_date": {"year": 2031}, "text": {"headline": "Joy"}}

    texts = texts_of([packed(a_yaml="article:", b_csv=table, c_json=as_timeline(event | {"source": OTHER}))])
    with pytest.raises(ValidationError) as raised:
        texts_of([packed(a_yaml="article:", b_csv=as_csv(["2031", "Glee", "", ""]), c_txt="x")])

    assert list(texts) == ["a.yaml", "gazette-example-2031-glee.yaml", "herald-example-2031-joy.yaml"]
    assert [one.split(" ")[0] for one in raised.value.messages] == ["“b.csv”,", "“c.txt”"]
    assert raised.value.messages[0].startswith("“b.csv”, row 2, column “source”: there is none; ")


@pytest.mark.parametrize("name", ["timeline.csv", "timeline.timelinejs.json"])
def test_what_this_site_gives_comes_in_again_as_drafts_of_the_same_kinds_and_dates(client, tmp_path, name):
    """Elsewhere: a site that has the publishers. No article says more than it did; slides name one article each."""

    def dated():
        days = Citation.objects.filter(field__in=("start", "end"))
        return set(days.exclude(entry__slug="hidden").values_list("entry__slug", "field", "value", "article__url"))

    publishers = [PublisherFactory(slug=slug) for slug in ("the-gazette", "the-herald")]
    gazette, herald = (
        ArticleFactory(publisher=one, url=url, published=datetime.date(2021, 5, day), language=language)
        for one, url, day, language in zip(publishers, (SOURCE, OTHER), (10, 20), ("en", "uk"), strict=True)
    )
    reported("round", "glee", gazette, title="-Glee", start="2021-05-02", end="2021-05-03", outcome="They sang.")
    reported("round", "glee", herald, title="-Glee", city="Mirth")
    reported("swap", "exchange", gazette, title="Exchange", start="2021-05")
    reported("swap", "exchange", herald, title="Exchange", start="2021-06")
    reported("proposal", "plan", herald, title="Plan", start="2021")
    reported("event", "joy", gazette, title="Joy")
    reported("event", "hidden", gazette, title="Hidden", published=False)
    taken, before = b"".join(client.get(f"/{name}").streaming_content), dated()
    Entry.objects.all().delete()
    Article.objects.all().delete()

    texts = texts_of([SimpleUploadedFile(name.rpartition("/")[2], taken)])
    for path, text in texts.items():
        (tmp_path / path).write_text(text)
    load([tmp_path])

    made = {one.slug: (one.kind, one.publication, str(one.start), one.precision) for one in Entry.objects.all()}
    assert made == {
        "glee": ("round", "draft", "2021-05-02", "day"),
        "exchange": ("swap", "draft", "2021-05-01", "month"),
        "plan": ("proposal", "draft", "2021-01-01", "year"),
        "joy": ("event", "draft", "2021-05-10", "reported"),
    }
    assert Entry.objects.get(slug="glee").title == "-Glee"
    assert dated() == before - ({("exchange", "start", "2021-06", OTHER)} if name.endswith("json") else set())
    found = Article.objects.values_list("url", "publisher__slug", "published", "language")
    assert set(found) == {
        (SOURCE, "the-gazette", datetime.date(2021, 5, 10), "en"),
        (OTHER, "the-herald", datetime.date(2021, 5, 20), "uk"),
    }


def test_a_row_without_a_source_is_refused_and_none_is_made_up():
    picture = {
        "media": {"url": "https://pictures.example/1.png"},
        "start_date": {"year": 2031},
        "text": {"headline": "A"},
    }
    two = {
        **picture,
        "text": {"headline": "A", "text": '<a href="https://a.example">a</a> <a href="https://b.example">b</a>'},
    }

    lacking = "there is none; give the address of the article that reports it, since nothing stands here alone."
    several = "here are several addresses; give the one that reports it in a column “source”, a row for each."
    assert mistakes(as_csv(["2031", "Glee", "See above.", ""])) == [
        f"“timeline.csv”, row 2, column “source”: {lacking}"
    ]
    assert mistakes(as_timeline(picture, two), "a.json") == [
        f"“a.json”, row 1, column “source”: {lacking}",
        f"“a.json”, row 2, column “source”: {several}",
    ]


def test_all_mistakes_are_told_with_row_and_column():
    known = ArticleFactory(slug="gazette-1", url="https://gazette.example/known")
    EventFactory(slug="glee-2031-06-02", title="Glee")

    assert mistakes(
        as_csv(
            ["05/06/2031", "Glee", "", SOURCE],
            ["2031-02-30", "", "", "gazette.example"],
            ["2031-01-02", "Sorrow", "", known.url],
            ["2031-06-02", "glee", "", SOURCE],
            ["2031-01-03", "Woe", "", SOURCE],
            ["3 January 2031", "Woe", "", SOURCE],
        )
    ) == [
        "“timeline.csv”, row 2, column “date”: “05/06/2031” is not a date; write 2025-06-02, or 2025-06 or 2025 where "
        "the rest is not known.",
        "“timeline.csv”, row 3, column “title”: there is none; say in a line what happened.",
        "“timeline.csv”, row 3, column “date”: “2031-02-30” is not in the calendar; write a day that exists, such as "
        "2025-06-02.",
        "“timeline.csv”, row 3, column “source”: “gazette.example” is no address; write it in full, from https:// on.",
        "“timeline.csv”, row 4, column “source”: this is the article “gazette-1” of the record already; add what it "
        "reports at its desk.",
        "“timeline.csv”, row 5, column “title”: the entry “glee-2031-06-02” of the record has this title and date; add "
        "the source at its desk.",
        "“timeline.csv”, row 7, column “title”: a row above has the same title, date and source; keep one of them.",
    ]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (
            "a.csv",
            b"when,what\n1,2\n",
            "its first row must name the columns date, title, text, source; it lacks date, title, text, source",
        ),
        ("a.csv", as_csv(), "it holds no row with a date"),
        ("a.csv", b"date,title\n\xff,", "it is not UTF-8 text; save it as CSV UTF-8"),
        ("a.csv", b'date,title,text,source\n"2031', "a quote in it is not closed, or a cell is too long"),
        ("a.csv", as_csv(*[["2031", "A", "", SOURCE]] * 4), "it has more than 3 rows; load it in parts"),
        ("a.xlsx", b"PK", "it is no workbook that can be read; save it as XLSX again"),
        ("a.json", b"[1]", "it is no JSON of TimelineJS, which holds “events”"),
        ("a.json", b"[" * 100_000, "it is no JSON of TimelineJS, which holds “events”"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_in_words(monkeypatch, name, content, told):
    monkeypatch.setattr(tables, "MOST_ROWS", 3)

    assert mistakes(content, name) == [f"“{name}”: {told}."]


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(monkeypatch):
    content = io.BytesIO(as_xlsx(["2031", "Glee", "", SOURCE]))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/large.bin", b"0" * 60_000_000)

    told = "it holds too much; leave one sheet with the timeline in it"
    assert mistakes(content.getvalue(), "a.xlsx") == [f"“a.xlsx”: {told}."]


def test_a_publisher_is_known_by_the_address_of_its_articles():
    ArticleFactory(publisher=PublisherFactory(slug="the-gazette"), url="https://www.gazette.example/old")

    (file,) = files(as_csv(["2031", "Glee", "", SOURCE])).values()

    assert file["article"]["publisher"] == "the-gazette"


def test_an_import_of_a_table_asks_for_what_it_lacks_and_makes_drafts(admin_client, tmp_path):
    Folder(tmp_path).load()
    add = reverse("admin:talks_import_add")
    row = ["2021-05-02", "Glee", "They sang.", SOURCE, "gazette"]

    def upload(*rows, head):
        sent = SimpleUploadedFile("timeline.csv", as_csv(*rows, head=head))
        return admin_client.post(add, {"files": [sent]}, follow=True)

    refused = upload(["2021", "Glee", "", ""], ["2021", "Joy", "", ""], head=HEAD)
    lacking = upload(row, head=[*HEAD, "Publisher"])
    told = sorted(place.field for group in lacking.context["mistakes"] for place in group.places)
    whole = upload([*row, "2021-05-03", "en"], head=[*HEAD, "Publisher", "Published", "Language"])
    imported = whole.context["imported"]
    load = reverse("admin:talks_import_load", args=[imported.pk])
    admin_client.post(load, {"seen": whole.context["mark"]}, follow=True)

    assert [one.split(":")[0] for one in refused.context["form"].errors["files"]] == [
        f"“timeline.csv”, row {number}, column “source”" for number in (2, 3)
    ]
    assert told == ["article.language", "article.published"]
    entry, article = Entry.objects.get(slug="glee-2021-05-02"), Article.objects.get(url=SOURCE)
    assert (entry.publication, entry.title, str(entry.start)) == ("draft", "Glee", "2021-05-02")
    assert (article.slug, article.published) == ("gazette-2021-05-03-glee", datetime.date(2021, 5, 3))
    assert admin_client.get("/events/glee-2021-05-02/").status_code == 404


SKELETON = """\
# yaml-language-server: $schema=../article.schema.json
article:
  slug: the-gazette-2031-06-02-glee
  publisher: the-gazette
  title: Glee
  url: https://gazette.example/1
  published: 2031-06-02
  language:
# What it reports stands here by kind (rounds, swaps, proposals, events), in own words, each with its paragraphs:
# events:
#   - slug: what-happened-2025-06-02
#     title: What happened
#     draft: true
#     start: 2025-06-02
#     paragraphs: [1, 2]
# The paragraphs begin so:
# 1  They sang.
# 2  one two three four five six seven eight nine ten eleven twelve…
"""


def test_an_address_and_its_text_give_a_file_to_fill_in(client, admin_client, django_user_model):
    ArticleFactory(publisher=PublisherFactory(slug="the-gazette"), url="https://www.gazette.example/old")
    page = reverse("admin:talks_import_skeleton")
    text = "They\nsang.\n\none two three four five six seven eight nine ten eleven twelve thirteen"
    sent = {"url": SOURCE, "title": "Glee", "published": "2 June 2031", "text": text}

    answer = admin_client.post(page, sent)
    again = admin_client.post(page, sent | {"url": "https://www.gazette.example/old", "language": "English"})

    assert answer.content.decode() == SKELETON
    assert answer["Content-Disposition"] == 'attachment; filename="the-gazette-2031-06-02-glee.yaml"'
    assert set(again.context["form"].errors) == {"url", "language"}
    assert page in admin_client.get(reverse("admin:talks_import_add")).content.decode()
    client.force_login(django_user_model.objects.create_user("nobody", is_staff=True))
    assert client.get(page).status_code == 403
