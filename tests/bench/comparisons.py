"""What the widest comparisons cost: six proposals of sixty demands each, and two hundred people at sixty rounds.

In process, as `tests.bench.timeline` measures, beside the view that does nothing.
"""

import datetime
import json

PROPOSALS, DEMANDS, ISSUES = 6, 60, 20
ROUNDS, PEOPLE = 60, 200
TEXT = "All hats are returned by noon or by night unless ministers of both sides agree to keep some"


def run_here():
    """Measure both pages in the database of the environment, which must be empty."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from tests.bench.timeline import measure_pages, version

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        slugs = add_proposals()
        add_rounds()
    connection.cursor().execute("ANALYZE")
    pages = {
        f"{PROPOSALS} proposals of {DEMANDS} demands": ("/compare/proposals/", "&".join(f"p={slug}" for slug in slugs)),
        f"{PEOPLE} people at {ROUNDS} rounds": ("/people/", ""),
    }
    return {"database": f"{connection.display_name} {version(connection)}", "pages": measure_pages(pages)}


def add_proposals():
    """Add the proposals; some of their demands are in the same words, most are much alike. Gives their slugs."""
    from talks.derived.settle import settle
    from tests.factories import ArticleFactory, IssueFactory, ProvisionFactory, reported

    article, slugs = ArticleFactory(), []
    issues = [IssueFactory() for _ in range(ISSUES)]
    for number in range(PROPOSALS):
        plan = reported("proposal", f"plan-{number}", article, start=f"2031-05-{number + 1:02}")
        for demand in range(DEMANDS):
            text = " ".join(word for place, word in enumerate(TEXT.split()) if (place + demand) % (number + 3))
            text = f"{text}, point {demand}"
            ProvisionFactory(proposal=plan, article=article, issue=issues[demand % ISSUES], text=text)
        settle({plan.pk: ""})
        slugs.append(plan.slug)
    return slugs


def add_rounds():
    """Add the rounds; each person is at every third of them."""
    from talks.derived.settle import settle
    from tests.factories import (
        ArticleFactory,
        DelegateFactory,
        DelegationFactory,
        PartyFactory,
        PersonFactory,
        reported,
    )

    article = ArticleFactory()
    parties = [PartyFactory() for _ in range(4)]
    people = [PersonFactory(party=parties[number % 4]) for number in range(PEOPLE)]
    for number in range(ROUNDS):
        day = datetime.date(2031, 1, 1) + datetime.timedelta(days=number)
        meeting = reported("round", f"round-{number}", article, start=day.isoformat())
        delegations = {party: DelegationFactory(round=meeting, article=article, party=party) for party in parties}
        for place, person in enumerate(people):
            if (place + number) % 3 == 0:
                DelegateFactory(delegation=delegations[person.party], person=person, title=f"Office {place}")
        settle({meeting.pk: ""})


if __name__ == "__main__":
    print(json.dumps(run_here()))
