"""Rows of several articles that say the same are shown once, with all their sources."""

import datetime

import pytest

from talks.models import Article, Delegate, Delegation, Issue, Party, Person, Provision, Round, Seen, Transfer
from talks.models.counts import Count
from talks.models.reports import Account
from talks.record.attendance import Turnover, turnover
from talks.record.facts import KnownEntry
from talks.record.merged import (
    any_differ,
    by_issue,
    by_party,
    delegations,
    provisions,
    readings,
    rival_heads,
    transfers,
)
from talks.words import gap

FREEDONIA = Party(pk=1, slug="freedonia", name="Freedonia", order=1)
SYLVANIA = Party(pk=2, slug="sylvania", name="Sylvania", order=2)
FIREFLY = Person(pk=1, name="Rufus Firefly")
TEASDALE = Person(pk=2, name="Gloria Teasdale")
ARTICLES = [Article(pk=number, slug=f"article-{number}") for number in (1, 2, 3)]
MAY_5, MAY_6 = datetime.date(2031, 5, 5), datetime.date(2031, 5, 6)


def delegation(party, article=0, **columns):
    return Delegation(party=party, article=ARTICLES[article], **columns)


def delegate(of, person, **columns):
    return Delegate(delegation=of, article=of.article, person=person, **columns)


def told(readings):
    """[(value, its articles)] of readings."""
    return [
        (getattr(reading.value, "plain", reading.value), [row.article.slug for row in reading.rows])
        for reading in readings
    ]


def test_readings_are_the_different_values_with_their_rows_and_silence_is_none():
    rows = [delegation(FREEDONIA, article, size=size) for article, size in enumerate((14, None, 12))]

    assert told(readings(rows, "size")) == [(14, ["article-1"]), (12, ["article-3"])]


def test_texts_that_differ_in_case_and_accents_only_are_one_reading():
    rows = [delegation(FREEDONIA, article, note=note) for article, note in enumerate(("Élan", "elan", ""))]

    assert told(readings(rows, "note")) == [("Élan", ["article-1", "article-2"])]


def test_a_delegation_reported_twice_is_one_with_both_sources():
    rows = [delegation(FREEDONIA, 0, size=14, role="party"), delegation(FREEDONIA, 1, size=12, role="host")]

    (merged,) = delegations(rows, [])

    assert merged.rows == rows
    assert told(merged.sizes) == [(14, ["article-1"]), (12, ["article-2"])]
    assert told(merged.roles) == [("party", ["article-1"]), ("host", ["article-2"])]


def test_delegations_seen_come_before_those_expected_then_in_the_order_of_parties():
    ruritania = Party(pk=3, name="Ruritania", order=1)
    rows = [delegation(FREEDONIA, expected=True), delegation(SYLVANIA), delegation(ruritania)]

    merged = delegations(rows, [])

    assert [(d.party.name, d.expected) for d in merged] == [
        ("Ruritania", False),
        ("Sylvania", False),
        ("Freedonia", True),
    ]


def test_a_delegation_that_one_article_saw_is_not_just_expected():
    (merged,) = delegations([delegation(FREEDONIA, 0, expected=True), delegation(FREEDONIA, 1)], [])

    assert merged.expected is False


def test_a_member_named_by_two_articles_is_one_with_both_titles_and_heads_come_first():
    first, second = delegation(FREEDONIA, 0), delegation(FREEDONIA, 1)
    teasdale, firefly = delegate(first, TEASDALE), delegate(first, FIREFLY, title="Leader", head=True)
    again = delegate(second, FIREFLY, title="President")

    (merged,) = delegations([first, second], [teasdale, firefly, again])

    assert [(m.person.name, m.head, m.rows) for m in merged.members] == [
        ("Rufus Firefly", True, [firefly, again]),
        ("Gloria Teasdale", False, [teasdale]),
    ]
    assert told(merged.members[0].titles) == [("Leader", ["article-1"]), ("President", ["article-2"])]
    assert [m.person for m in merged.heads] == [FIREFLY]


def test_head_and_plain_member_are_two_readings_and_silence_is_neither():
    each = [delegation(FREEDONIA, article) for article in range(3)]
    rows = [delegate(d, FIREFLY, head=head) for d, head in zip(each, (True, False, None), strict=True)]

    (merged,) = delegations(each, rows)

    assert told(merged.members[0].head_readings) == [(True, ["article-1"]), (False, ["article-2"])]


@pytest.mark.parametrize(
    ("reports", "differ"),
    [
        ([(FIREFLY, True, False), (TEASDALE, True, False)], True),
        ([(FIREFLY, True, True), (TEASDALE, True, True)], True),
        ([(FIREFLY, True, True), (TEASDALE, True, False)], False),
        ([(FIREFLY, True, True), (TEASDALE, True, False), (FIREFLY, None, False)], True),
        ([(FIREFLY, True, False), (TEASDALE, None, False), (FIREFLY, True, False)], False),
    ],
    ids=["both seen", "both announced", "one announced", "one announced and seen", "one named"],
)
def test_two_heads_differ_unless_one_was_only_announced(reports, differ):
    rows = [
        delegate(delegation(FREEDONIA, article, expected=expected), person, head=head)
        for article, (person, head, expected) in enumerate(reports)
    ]

    assert (any_differ(rows), bool(rival_heads(rows))) == (differ, differ)


def transfer(article=0, *, date=MAY_5, count=10, to=SYLVANIA, kind="remains", until=None):
    other = FREEDONIA if to == SYLVANIA else SYLVANIA
    return Transfer(
        article=ARTICLES[article], date=date, until=until, from_party=other, to_party=to, kind=kind, count=count
    )


def test_a_transfer_reported_by_three_articles_is_one_with_their_counts():
    rows = [transfer(0), transfer(1, count=12), transfer(2, count=None)]

    (merged,) = transfers(rows)

    assert merged.rows == rows
    assert told(merged.counts) == [(10, ["article-1"]), (12, ["article-2"])]
    assert (merged.date, merged.from_party, merged.to_party, merged.kind_display) == (
        str(MAY_5),
        FREEDONIA,
        SYLVANIA,
        "Remains",
    )


def test_transfers_that_differ_in_day_direction_kind_or_span_stay_apart_and_come_in_order():
    rows = [
        transfer(date=None),
        transfer(date=MAY_6),
        transfer(kind="children"),
        transfer(until=MAY_6),
        transfer(),
        transfer(to=FREEDONIA),
    ]

    merged = transfers(rows)

    assert [t.rows for t in merged] == [[rows[index]] for index in (3, 5, 2, 4, 1, 0)]


def test_provisions_with_one_key_are_one_demand_by_issue_and_number():
    ceasefire = Issue(pk=1, title="Ceasefire", order=1)
    territory = Issue(pk=2, title="Territory", order=2)

    def provision(article, key, issue, number=None, order=0, text="Text."):
        return Provision(article=ARTICLES[article], key=key, issue=issue, number=number, order=order, text=text)

    rows = [
        provision(0, "land", territory, number=1),
        provision(0, "truce", ceasefire, number=3),
        provision(0, "monitors", ceasefire, number=2),
        provision(1, "truce", ceasefire, number=4, text="Other text."),
    ]

    merged = provisions(rows)

    assert [p.key for p in merged] == ["monitors", "truce", "land"]
    assert told(merged[1].texts) == [("Text.", ["article-1"]), ("Other text.", ["article-2"])]
    assert told(merged[1].numbers) == [(3, ["article-1"]), (4, ["article-2"])]
    assert [(issue.title, [p.key for p in group]) for issue, group in by_issue(merged)] == [
        ("Ceasefire", ["monitors", "truce"]),
        ("Territory", ["land"]),
    ]


def test_accounts_stand_by_party_in_the_order_of_parties():
    accounts = [Account(party=party, text=str(number)) for number, party in enumerate((SYLVANIA, FREEDONIA, SYLVANIA))]

    assert by_party(accounts) == [(FREEDONIA, [accounts[1]]), (SYLVANIA, [accounts[0], accounts[2]])]


def team(*people, party=FREEDONIA, size=None, expected=False):
    """A delegation of these people; of as many as articles say that sat there, if no other `size` is given."""
    rows = [delegation(party, size=size or len(people) or None, expected=expected)]
    (merged,) = delegations(rows, [delegate(rows[0], person) for person in people])
    return merged


def test_turnover_tells_new_returning_and_unnamed_people_apart():
    chicolini = Person(pk=3, name="Chicolini")
    came = turnover(team(FIREFLY, chicolini), team(FIREFLY, TEASDALE))

    assert [[one.person for one in group] for group in (came.new, came.returning, came.unnamed)] == [
        [chicolini],
        [FIREFLY],
        [TEASDALE],
    ]


def test_who_sat_at_an_earlier_round_is_back_and_not_new():
    chicolini = Person(pk=3, name="Chicolini")
    first = KnownEntry(Round(pk=1, slug="first"), [], Seen.now())
    came = turnover(team(FIREFLY, chicolini), team(TEASDALE), {chicolini.pk: first})

    assert ([one.person for one in came.new], came.back) == ([FIREFLY], {chicolini.pk: first})


def test_no_change_is_told_where_names_do_not_reach_the_size_of_either_delegation():
    whole, part = team(FIREFLY, TEASDALE), team(FIREFLY, size=14)
    vague = team(FIREFLY, size=Count.exactly(1).approximately())
    expected = team(FIREFLY, expected=True)

    for short in (part, vague, expected):
        assert turnover(short, whole) == turnover(whole, short) == Turnover(gap=short)
    assert gap(part, turnover(part, whole)) == "1 of 14 named; changes cannot be told"
    assert gap(whole, turnover(whole, part)) == "At the round before: 1 of 14 named; changes cannot be told"
    assert gap(whole, turnover(whole, team(TEASDALE))) == ""


def test_titles_that_differ_in_spelling_case_accents_or_order_are_one_line_with_all_sources():
    of = [delegation(FREEDONIA, article) for article in range(3)]
    titles = ("Minister of Defence", "Defense minister", "Deputy Defence Minister")
    rows = [delegate(one, FIREFLY, title=title) for one, title in zip(of, titles, strict=True)]

    ((member,),) = (one.members for one in delegations(of, rows))

    assert told(member.titles) == [
        ("Minister of Defence", ["article-1", "article-2"]),
        ("Deputy Defence Minister", ["article-3"]),
    ]


def test_turnover_says_nothing_where_no_names_are_reported():
    assert turnover(team(FIREFLY), team()) is None
    assert turnover(team(), team(FIREFLY)) is None
    assert turnover(team(FIREFLY), None) is None
