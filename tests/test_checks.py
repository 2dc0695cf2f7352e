"""What only all files together, and the database, can tell."""

import pytest

from tests import factories
from tests.article_files import REFERENCE, account, entry, event, snapshot

pytestmark = pytest.mark.django_db


def member(person, **fields):
    return {"person": person, "paragraphs": [1]} | fields


def delegation(party, *members):
    return {"party": party, "paragraphs": [1], "members": list(members)}


def transfer(**fields):
    return {"from": "freedonia", "to": "sylvania", "kind": "remains", "paragraphs": [1]} | fields


def provision(key, issue):
    return {"key": key, "issue": issue, "text": "t", "paragraphs": [1]}


UNKNOWN = {
    "article.publisher": ({"article": {"publisher": "gazete"}}, "publisher “gazete”", "gazette"),
    "article.agency": ({"article": {"agency": "wires"}}, "publisher “wires”", "wire"),
    "rounds[x].process": ({"rounds": [entry("x", process="mark-talks")]}, "process “mark-talks”", "marx-talks"),
    "rounds[x].parties[2]": (
        {"rounds": [entry("x", parties=["freedonia", "silvania"])]},
        "party “silvania”",
        "sylvania",
    ),
    "events[x].issues[1]": ({"events": [event("x", issues=["border"])]}, "issue “border”", "borders"),
    "rounds[x].delegations[fredonia].party": (
        {"rounds": [entry("x", delegations=[delegation("fredonia")])]},
        "party “fredonia”",
        "freedonia",
    ),
    "rounds[x].delegations[freedonia].members[chicolino].person": (
        {"rounds": [entry("x", delegations=[delegation("freedonia", member("chicolino"))])]},
        "person “chicolino”",
        "chicolini",
    ),
    "swaps[x].agreed_at": (
        {"rounds": [entry("a-round")], "swaps": [entry("x", agreed_at="a-ruond")]},
        "round “a-ruond”",
        "a-round",
    ),
    "swaps[x].mediators[1]": (
        {"swaps": [entry("x", mediators=["rurritania"])]},
        "party “rurritania”",
        "ruritania",
    ),
    "swaps[x].transfers[1].from": (
        {"swaps": [entry("x", transfers=[transfer(**{"from": "fredonia"})])]},
        "party “fredonia”",
        "freedonia",
    ),
    "swaps[x].transfers[1].to": (
        {"swaps": [entry("x", transfers=[transfer(to="silvania")])]},
        "party “silvania”",
        "sylvania",
    ),
    "proposals[x].presented_at": (
        {"rounds": [entry("a-round")], "proposals": [entry("x", presented_at="a-raund")]},
        "round “a-raund”",
        "a-round",
    ),
    "proposals[x].supersedes": (
        {"proposals": [entry("a-plan"), entry("x", supersedes="a-plam")]},
        "proposal “a-plam”",
        "a-plan",
    ),
    "proposals[x].answers": (
        {"proposals": [entry("a-plan"), entry("x", answers="a-plam")]},
        "proposal “a-plam”",
        "a-plan",
    ),
    "proposals[x].provisions[key].issue": (
        {"proposals": [entry("x", provisions=[provision("key", "prizoners")])]},
        "issue “prizoners”",
        "prisoners",
    ),
    "accounts[freedonia].entry": (
        {"events": [event("an-event")], "accounts": [account("an-evnt")]},
        "entry “an-evnt”",
        "an-event",
    ),
    "accounts[fredonia].party": (
        {"events": [event("an-event")], "accounts": [account("an-event", party="fredonia")]},
        "party “fredonia”",
        "freedonia",
    ),
    "accounts[freedonia].speaker": (
        {"events": [event("an-event")], "accounts": [account("an-event", speaker="rufus-firefli")]},
        "person “rufus-firefli”",
        "rufus-firefly",
    ),
}


def fields_and_messages(problems):
    return [problem.split(": ", 2)[1:] for problem in problems]


@pytest.mark.parametrize("field", UNKNOWN)
def test_an_unknown_name_is_told_with_the_one_that_may_be_meant(folder, field):
    sections, what, meant = UNKNOWN[field]
    folder.article("gazette-one", **sections)

    assert fields_and_messages(folder.problems()) == [[field, f"there is no {what}. Did you mean “{meant}”?"]]


def test_a_person_of_an_unknown_party_is_told(folder):
    folder.reference("people", [*REFERENCE["people"], {"slug": "harpo", "name": "Harpo", "party": "fredonia"}])
    folder.article("gazette-one", events=[event("x")])

    assert folder.problems() == [
        "reference/people.yaml:13: [harpo].party: there is no party “fredonia”. Did you mean “freedonia”?"
    ]


def test_an_unknown_name_that_resembles_none_says_where_to_add_it(folder):
    folder.article("gazette-one", events=[event("x", parties=["zubrowka"])], accounts=[account("unheard-of")])

    assert [problem.partition(": ")[2] for problem in folder.problems()] == [
        "events[x].parties[1]: there is no party “zubrowka”. If it is new, add it to the reference files",
        "accounts[freedonia].entry: there is no entry “unheard-of”. If it is new, add it to this or another file",
    ]


def test_an_entry_of_the_wrong_kind_is_told(folder):
    folder.article("gazette-one", events=[event("an-event")], swaps=[entry("x", agreed_at="an-event")])

    assert fields_and_messages(folder.problems()) == [
        ["swaps[x].agreed_at", "“an-event” is of the kind event, a round is needed here"]
    ]


def test_names_of_the_database_are_known_to_the_files(folder):
    factories.reported("round", "an-old-round")
    factories.PartyFactory(slug="zubrowka")
    folder.article("gazette-one", swaps=[entry("x", agreed_at="an-old-round", mediators=["zubrowka"])])

    assert folder.problems() == []


def test_one_slug_for_two_kinds_in_two_files_is_told(folder):
    folder.article("gazette-one", rounds=[entry("x")])
    folder.article("gazette-two", events=[event("x")])

    assert folder.problems() == [
        "articles/gazette-two.yaml:8: events[x].slug: “x” is of the kind round elsewhere; a slug belongs to one kind"
    ]


def test_one_slug_for_two_kinds_in_one_file_is_told(folder):
    folder.article("gazette-one", rounds=[entry("x")], events=[event("x")])

    assert fields_and_messages(folder.problems()) == [
        ["events[x]", "the same stands in line 8 already; keep one of them"],
        ["events[x].slug", "“x” is of the kind round elsewhere; a slug belongs to one kind"],
    ]


def test_a_slug_that_the_database_has_for_another_kind_is_told(folder):
    factories.reported("swap", "x")
    folder.article("gazette-one", rounds=[entry("x")])

    assert fields_and_messages(folder.problems()) == [
        ["rounds[x].slug", "“x” is of the kind swap elsewhere; a slug belongs to one kind"]
    ]


def test_an_article_in_a_file_of_another_name_is_told(folder):
    folder.article("gazette-one").rename(folder.path / "articles/gazette-two.yaml")

    assert folder.problems() == [
        "articles/gazette-two.yaml:2: article.slug: “gazette-one” and the file's name differ; call the file "
        "gazette-one.yaml, or mend the slug"
    ]


def test_the_same_article_in_two_files_is_told(folder):
    text = folder.article("gazette-one").read_text()
    folder.write("more/gazette-one.yaml", text)

    assert [p.replace(str(folder.path), "…") for p in folder.problems()] == [
        "more/gazette-one.yaml:2: article.slug: “gazette-one” is in articles/gazette-one.yaml already; "
        "keep one file an article"
    ]


@pytest.mark.parametrize(
    ("sections", "field"),
    [
        ({"events": [event("x"), event("x")]}, "events[x]"),
        ({"rounds": [entry("x", delegations=[delegation("freedonia")] * 2)]}, "rounds[x].delegations[freedonia]"),
        (
            {"rounds": [entry("x", delegations=[delegation("freedonia", *[member("chicolini")] * 2)])]},
            "rounds[x].delegations[freedonia].members[chicolini]",
        ),
        ({"swaps": [entry("x", transfers=[transfer(), transfer(count=3)])]}, "swaps[x].transfers[2]"),
        (
            {"proposals": [entry("x", provisions=[provision("key", "borders"), provision("key", "prisoners")])]},
            "proposals[x].provisions[key]",
        ),
        ({"events": [event("x")], "accounts": [account("x"), account("x")]}, "accounts[freedonia]"),
    ],
)
def test_what_stands_twice_in_a_file_is_told(folder, sections, field):
    folder.article("gazette-one", **sections)

    found = fields_and_messages(folder.problems())

    assert [(where, message.split(" in line ")[0]) for where, message in found] == [(field, "the same stands")]


def test_transfers_of_two_days_directions_or_kinds_do_not_stand_twice(folder):
    transfers = [transfer(), transfer(date="2021-05-01"), transfer(kind="children"), {**transfer(), "to": "ruritania"}]
    folder.article("gazette-one", swaps=[entry("x", transfers=transfers)])

    assert folder.problems() == []


def test_two_heads_of_a_delegation_are_told(folder):
    members = [member("rufus-firefly", head=True), member("chicolini", head=True)]
    folder.article("gazette-one", rounds=[entry("x", delegations=[delegation("freedonia", *members)])])

    assert fields_and_messages(folder.problems()) == [
        [
            "rounds[x].delegations[freedonia].members[chicolini].head",
            "“rufus-firefly” is head already; a delegation has one head",
        ]
    ]


def test_vocabulary_that_is_defined_twice_is_told(folder):
    folder.reference("issues", [*REFERENCE["issues"], REFERENCE["issues"][0]])
    folder.article("gazette-one")

    assert folder.problems() == [
        "reference/issues.yaml:9: [borders].slug: “borders” stands in reference/issues.yaml:1 already; each has its own"
    ]


def test_two_parties_with_one_code_are_told(folder):
    folder.reference("parties", [*REFERENCE["parties"], {"slug": "z", "name": "Z", "short": "FR", "kind": "state"}])
    folder.article("gazette-one")

    assert folder.problems() == [
        "reference/parties.yaml:18: [z].short: “FR” stands in reference/parties.yaml:3 already; each has its own"
    ]


def test_a_code_that_the_database_gave_to_another_party_is_told(folder):
    factories.PartyFactory(slug="zubrowka", short="SY")
    folder.article("gazette-one")

    assert folder.problems() == [
        "reference/parties.yaml:8: [sylvania].short: “SY” is the code of “zubrowka” in the database; each has its own"
    ]


def test_a_reference_file_of_an_unknown_name_or_shape_is_told(folder):
    folder.write("reference/cities.yaml", [{"slug": "x"}])
    folder.write("reference/issues.yaml", "slug: x\n")
    folder.write("reference/people.yaml", "- slug: x\n- slug: y\n  name: Y\n  nam: Z\n")

    assert folder.problems() == [
        "reference/cities.yaml:1: there is no such reference file; the folder “reference” may hold processes.yaml, "
        "parties.yaml, people.yaml, places.yaml, issues.yaml, publishers.yaml, findings.yaml",
        "reference/issues.yaml:1: this must be a list; start each item with “- slug: …”",
        "reference/people.yaml:1: [x].name: this is missing; add it",
        "reference/people.yaml:4: [y].nam: there is no such field here. Did you mean “name”? There are: slug, name, "
        "aliases, party, released",
    ]


def test_all_problems_of_all_files_are_told_at_once_in_order_and_nothing_is_written(folder):
    folder.article("gazette-one", events=[event("x", parties=["fredonia"])])
    folder.load(folder.path / "reference")
    before = snapshot()
    folder.article("gazette-two", accounts=[account("nothing")], events=[event("y", issues=["border"])])
    folder.article("gazette-three", rounds=[entry("x")])

    problems = folder.problems()

    assert [problem.split(": ")[0:2] for problem in problems] == [
        ["articles/gazette-one.yaml:14", "events[x].parties[1]"],
        ["articles/gazette-three.yaml:8", "rounds[x].slug"],
        ["articles/gazette-two.yaml:8", "accounts[freedonia].entry"],
        ["articles/gazette-two.yaml:20", "events[y].issues[1]"],
    ]
    assert snapshot() == before


def test_a_file_that_cannot_be_read_hides_no_mistake_but_of_what_it_may_define(folder):
    folder.write("articles/broken.yaml", "events:\n- slug: in-the-broken-file\n  a: [")
    told = [account("in-the-broken-file"), account("nowhere")]
    folder.article("gazette-one", events=[event("x"), event("x")], accounts=told)

    assert [problem.partition(": ")[::2] for problem in folder.problems()] == [
        ("articles/broken.yaml:4", "a value is missing here, or stands in brackets that are not closed"),
        ("articles/gazette-one.yaml:13", "events[x]: the same stands in line 8 already; keep one of them"),
        (
            "articles/gazette-one.yaml:24",
            "accounts[freedonia].entry: there is no entry “nowhere”. If it is new, add it to this or another file",
        ),
    ]


def test_what_is_wrong_in_itself_hides_nothing_that_only_all_files_can_tell(folder):
    """What stands behind a mistake keeps its line and its place in a list."""
    wrong = event("x", start="2021-02-30", parties=["freedonia", 5, "silvania"], colour="red")
    folder.article("gazette-one", article={"language": "xx", "agency": "wyre"}, events=[{"kind": "x"}, wrong])
    folder.article("gazette-two", article={"title": None, "publisher": "Gazette"}, rounds=[entry("x")])

    problems = [problem.split(": ") for problem in folder.problems()]

    assert [(place, field) for place, field, *_ in problems] == [
        ("articles/gazette-one.yaml:6", "article.language"),
        ("articles/gazette-one.yaml:7", "article.agency"),
        ("articles/gazette-one.yaml:9", "events[1].kind"),
        ("articles/gazette-one.yaml:9", "events[1].paragraphs"),
        ("articles/gazette-one.yaml:9", "events[1].slug"),
        ("articles/gazette-one.yaml:9", "events[1].title"),
        ("articles/gazette-one.yaml:15", "events[x].start"),
        ("articles/gazette-one.yaml:18", "events[x].parties[2]"),
        ("articles/gazette-one.yaml:19", "events[x].parties[3]"),
        ("articles/gazette-one.yaml:20", "events[x].colour"),
        ("articles/gazette-two.yaml:3", "article.publisher"),
        ("articles/gazette-two.yaml:4", "article.title"),
        ("articles/gazette-two.yaml:8", "rounds[x].slug"),
    ]
    assert "".join(problems[1]).endswith("there is no publisher “wyre”. Did you mean “wire”?")
