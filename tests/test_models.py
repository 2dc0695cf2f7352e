"""The rules that the database enforces, each with the sentence that an editor reads."""

import datetime

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import CheckConstraint, ProtectedError
from django.utils import timezone

from talks import models
from talks.models import Seen
from talks.models.counts import Count
from tests import factories

pytestmark = pytest.mark.sql

MAY_1 = datetime.date(2031, 5, 1)
MAY_2 = datetime.date(2031, 5, 2)


def same_as_another(factory, *names):
    """A change that gives a row the same values in these columns as another row of its factory has."""

    def change(row):
        other = factory()
        for name in names:
            setattr(row, name, getattr(other, name))

    return change


def to(**values):
    """A change that sets these values."""
    return lambda row: row.__dict__.update(values)


def be_of_nothing(change):
    change.entry = None


def supersede_itself(proposal):
    proposal.supersedes = proposal


def answer_itself(proposal):
    proposal.answers = proposal


def lead_nowhere(former_slug):
    former_slug.entry = None


def be_a_second_head(delegate):
    delegate.head = True
    factories.DelegateFactory(delegation=delegate.delegation, head=True)


def receive_from_itself(transfer):
    transfer.to_party = transfer.from_party


def come_after_itself(entry):
    entry.after = entry


def former_slug_of(owner, factory):
    """A factory of former slugs of this sort of row, for which there is one factory."""
    return lambda **values: factories.FormerSlugFactory(entry=None, **{owner: factory()}, **values)


FORMER_SLUGS = {
    "entry": factories.FormerSlugFactory,
    "person": former_slug_of("person", factories.PersonFactory),
    "party": former_slug_of("party", factories.PartyFactory),
    "issue": former_slug_of("issue", factories.IssueFactory),
    "article": former_slug_of("article", factories.ArticleFactory),
}

# constraint → a valid row, a change that breaks the rule, the sentence
BROKEN = {
    "entry_ends_after_it_starts": (
        factories.EventFactory,
        to(start=MAY_2, end=MAY_1),
        "It cannot end before it starts.",
    ),
    "entry_does_not_come_after_itself": (
        factories.EventFactory,
        come_after_itself,
        "An entry cannot come after itself.",
    ),
    "entry_month_stands_at_its_first_day": (
        factories.EventFactory,
        to(start=MAY_2, precision="month"),
        "With the month only, the date is the first day of that month.",
    ),
    "entry_year_stands_at_its_first_day": (
        factories.EventFactory,
        to(start=MAY_1, precision="year"),
        "With the year only, the date is 1 January of that year.",
    ),
    "entry_published_has_a_citation": (
        factories.EventFactory,
        to(start=MAY_1, publication="published"),
        "A published entry needs at least one citation.",
    ),
    "finding_has_a_source": (
        factories.FindingFactory,
        to(sources=[]),
        "A finding rests on at least one article.",
    ),
    "round_number_is_positive": (factories.RoundFactory, to(number=0), "Rounds are counted from 1."),
    "round_length_is_positive": (
        factories.RoundFactory,
        to(duration_minutes=0),
        "A round lasts at least a minute; leave it empty if no article says how long.",
    ),
    "proposal_does_not_supersede_itself": (
        factories.ProposalFactory,
        supersede_itself,
        "A proposal cannot supersede itself.",
    ),
    "proposal_does_not_answer_itself": (
        factories.ProposalFactory,
        answer_itself,
        "A proposal cannot answer itself.",
    ),
    **{
        f"former_slug_of_one_{owner}": (
            factory,
            same_as_another(factory, "slug"),
            "This address leads to another page already.",
        )
        for owner, factory in FORMER_SLUGS.items()
    },
    "former_slug_is_of_one": (
        factories.FormerSlugFactory,
        lead_nowhere,
        "A former address leads to one page.",
    ),
    "amendment_decided_has_a_day": (
        factories.AmendmentFactory,
        to(state="accepted"),
        "What is decided has the day on which it was; what waits has none.",
    ),
    "amendment_declined_has_an_answer": (
        factories.AmendmentFactory,
        to(state="declined", decided=timezone.now()),
        "Say why; the author sees it.",
    ),
    "change_of_an_entry_or_a_finding": (
        factories.ChangeFactory,
        be_of_nothing,
        "A change is of an entry, or of a finding.",
    ),
    "correction_has_a_note": (
        factories.ChangeFactory,
        to(sort="corrected"),
        "A correction tells readers what was wrong; write the public note.",
    ),
    "article_retracted_after_it_was_published": (
        factories.ArticleFactory,
        to(published=MAY_2, retracted=MAY_1),
        "It cannot be retracted before it was published.",
    ),
    "article_updated_after_it_was_published": (
        factories.ArticleFactory,
        to(published=MAY_2, updated=MAY_1),
        "It cannot be changed before it was published.",
    ),
    "article_notice_has_a_day": (
        factories.ArticleFactory,
        to(notice="The number was mended."),
        "A notice needs the day on which the article was retracted or changed.",
    ),
    "citation_once_for_article_and_field": (
        factories.CitationFactory,
        same_as_another(factories.CitationFactory, "entry", "article"),
        "This article is already cited for this fact of this entry.",
    ),
    "citation_field_goes_with_value": (
        factories.CitationFactory,
        to(field="city", value=""),
        "Give the fact and its value together, or neither.",
    ),
    "citation_of_a_fact_has_no_note": (
        factories.CitationFactory,
        to(field="city", value="Freedonia City", note="A note."),
        "A note goes with a citation of the entry as such, not of one fact.",
    ),
    "delegation_once_for_article": (
        factories.DelegationFactory,
        same_as_another(factories.DelegationFactory, "round", "party", "article"),
        "This article already reports this party's delegation.",
    ),
    "delegation_size_is_positive": (
        factories.DelegationFactory,
        to(size=Count.exactly(0)),
        "A delegation has at least one person; leave it empty if no number is given.",
    ),
    "delegation_size_runs_upwards": (
        factories.DelegationFactory,
        to(size=Count(5, 4)),
        "A range of numbers runs from the lower to the higher one.",
    ),
    "delegate_once_in_delegation": (
        factories.DelegateFactory,
        same_as_another(factories.DelegateFactory, "delegation", "person"),
        "This person is already in this delegation.",
    ),
    "delegation_has_one_head": (
        factories.DelegateFactory,
        be_a_second_head,
        "This delegation already has a head.",
    ),
    "transfer_once_for_article": (
        factories.TransferFactory,
        same_as_another(factories.TransferFactory, "swap", "article", "from_party", "to_party"),
        "This article already reports this transfer.",
    ),
    "transfer_count_is_positive": (
        factories.TransferFactory,
        to(count=Count.exactly(0)),
        "A count is at least 1; leave it empty if no number is reported.",
    ),
    "transfer_count_runs_upwards": (
        factories.TransferFactory,
        to(count=Count(5, 4)),
        "A range of numbers runs from the lower to the higher one.",
    ),
    "transfer_goes_from_one_party_to_another": (
        factories.TransferFactory,
        receive_from_itself,
        "A transfer goes from one party to another.",
    ),
    "transfer_total_ends_after_it_starts": (
        factories.TransferFactory,
        to(date=MAY_2, until=MAY_2),
        "A total runs from a first day to a later one.",
    ),
    "provision_once_for_article": (
        factories.ProvisionFactory,
        same_as_another(factories.ProvisionFactory, "proposal", "key", "article"),
        "This article already reports this demand of this proposal.",
    ),
    "provision_number_is_positive": (factories.ProvisionFactory, to(number=0), "Points are counted from 1."),
    "account_once_for_article_speaker_and_issue": (
        factories.AccountFactory,
        same_as_another(factories.AccountFactory, "entry", "article", "party"),
        "This article's account by this party and speaker, on this issue, is already here.",
    ),
    "process_ends_after_it_starts": (
        factories.ProcessFactory,
        to(start=MAY_2, end=MAY_1),
        "The series cannot end before it starts.",
    ),
    "party_colour_is_in_the_palette": (
        factories.PartyFactory,
        to(colour=6),
        "The palette has the slots 0 to 5.",
    ),
}
# Only our own code writes these rows, so no editor reads a sentence of theirs.
BROKEN_STANDING = (
    "link_checked_once",
    "distinct_once",
    "distinct_in_order",
    "one_job_at_a_time",
    "entry_party_once",
    "entry_issue_once",
    "entry_person_once",
    "placement_once_a_day",
    "placement_lasts",
    "wording_once_a_day",
    "wording_once_for_person",
    "wording_once_for_article",
    "wording_lasts",
    "wording_is_of_one",
)


def all_constraints():
    own = [model for model in apps.get_app_config("talks").get_models() if not model.__name__.startswith("Historical")]
    return {constraint.name: constraint for model in own for constraint in model._meta.constraints}


def refusal(name):
    """What the database says of a broken constraint. SQLite names the columns of a unique one, not the constraint."""
    return name if isinstance(all_constraints()[name], CheckConstraint) else f"{name}|UNIQUE constraint failed"


def test_every_constraint_of_the_models_is_broken_in_a_test():
    assert {*BROKEN, *BROKEN_STANDING} == set(all_constraints())


@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses_a_row_that_breaks_a_rule(db, name):
    factory, change, _ = BROKEN[name]
    row = factory()
    change(row)

    with pytest.raises(IntegrityError, match=refusal(name)):
        row.save()


@pytest.mark.parametrize("name", BROKEN)
def test_an_editor_reads_which_rule_a_row_breaks(db, name):
    factory, change, sentence = BROKEN[name]
    row = factory()
    change(row)

    with pytest.raises(ValidationError) as caught:
        row.full_clean()

    assert caught.value.messages == [sentence]


@pytest.mark.parametrize(
    ("model", "factory", "names"),
    [
        (models.EntryParty, factories.PartyFactory, ("party",)),
        (models.EntryIssue, factories.IssueFactory, ("issue",)),
        (models.EntryPerson, factories.PersonFactory, ("person",)),
    ],
)
def test_an_entry_is_tied_once_to_a_party_an_issue_or_a_person(db, model, factory, names):
    values = {"entry": factories.EventFactory(), names[0]: factory(), "since": MAY_1}
    model.objects.create(**values)

    with pytest.raises(IntegrityError, match=refusal(f"{model._meta.model_name.replace('entry', 'entry_')}_once")):
        model.objects.create(**values)


@pytest.mark.parametrize(
    ("pairs", "name"),
    [([(1, 2), (1, 2)], "distinct_once"), ([(2, 1)], "distinct_in_order"), ([(1, 1)], "distinct_in_order")],
)
def test_two_that_look_alike_are_kept_once_and_in_order(db, pairs, name):
    rows = [models.Distinct(model="Person", first=first, second=second) for first, second in pairs]

    with pytest.raises(IntegrityError, match=refusal(name)):
        models.Distinct.objects.bulk_create(rows)


def test_one_thing_at_a_time_is_done_with_an_import(db):
    imported = models.Import.objects.create()
    states = ["done", "done", "lost", "waiting", "running"]
    *rows, other = [models.Job(imported=imported, action="check", state=state) for state in states]
    models.Job.objects.bulk_create(rows)

    with pytest.raises(IntegrityError, match=refusal("one_job_at_a_time")):
        other.save()


def test_an_entry_has_one_placement_from_a_day_on(db):
    values = {"entry": factories.EventFactory(), "start": MAY_1, "since": MAY_1}
    models.Placement.objects.create(**values)

    with pytest.raises(IntegrityError, match=refusal("placement_once_a_day")):
        models.Placement.objects.create(**values)


def test_a_placement_lasts_at_least_a_day(db):
    with pytest.raises(IntegrityError, match="placement_lasts"):
        models.Placement.objects.create(entry=factories.EventFactory(), start=MAY_1, since=MAY_1, until=MAY_1)


@pytest.mark.parametrize(
    ("owner", "factory", "name"),
    [
        ("entry", factories.EventFactory, "wording_once_a_day"),
        ("person", factories.PersonFactory, "wording_once_for_person"),
        ("article", factories.ArticleFactory, "wording_once_for_article"),
    ],
)
def test_an_entry_has_one_wording_from_a_day_on_a_person_or_an_article_one_in_all(db, owner, factory, name):
    values = {owner: factory(), "since": MAY_1}

    with pytest.raises(IntegrityError, match=refusal(name)):
        models.Wording.objects.bulk_create([models.Wording(**values), models.Wording(**values)])


@pytest.mark.parametrize("owners", [(), ("entry", "person"), ("person", "article")])
def test_a_wording_is_of_one_entry_person_or_article(db, owners):
    make = {"entry": factories.EventFactory, "person": factories.PersonFactory, "article": factories.ArticleFactory}
    values = {owner: make[owner]() for owner in owners}

    with pytest.raises(IntegrityError, match="wording_is_of_one"):
        models.Wording.objects.bulk_create([models.Wording(**values, since=MAY_1)])


def test_a_wording_lasts_at_least_a_day(db):
    with pytest.raises(IntegrityError, match="wording_lasts"):
        models.Wording.objects.bulk_create([models.Wording(person=factories.PersonFactory(), since=MAY_1, until=MAY_1)])


REPORT_FACTORIES = {
    models.Citation: factories.CitationFactory,
    models.Delegation: factories.DelegationFactory,
    models.Delegate: factories.DelegateFactory,
    models.Transfer: factories.TransferFactory,
    models.Provision: factories.ProvisionFactory,
    models.Account: factories.AccountFactory,
}


@pytest.mark.parametrize("model", models.REPORTS)
def test_the_database_refuses_a_reported_row_without_an_article(db, model):
    row = REPORT_FACTORIES[model]()

    with pytest.raises(IntegrityError, match="article_id"):
        model.objects.filter(pk=row.pk).update(article=None)


def test_a_party_that_sat_at_a_round_cannot_be_deleted(db):
    party = factories.DelegationFactory().party

    with pytest.raises(ProtectedError):
        party.delete()


def test_an_article_that_is_cited_cannot_be_deleted(db):
    article = factories.CitationFactory().article

    with pytest.raises(ProtectedError):
        article.delete()


def test_a_round_takes_its_reported_rows_with_it(db):
    delegate = factories.DelegateFactory()
    factories.CitationFactory(entry=delegate.delegation.round)

    delegate.delegation.round.delete()

    assert [model.objects.count() for model in (models.Citation, models.Delegation, models.Delegate)] == [0, 0, 0]


def test_a_delegate_is_reported_by_the_article_of_the_delegation(db):
    delegation = factories.DelegationFactory()

    delegate = factories.DelegateFactory(delegation=delegation, article=factories.ArticleFactory())

    assert delegate.article == delegation.article


@pytest.mark.parametrize(
    "slug", ["Istanbul", "istanbul_2025", "istanbul--2025", "-istanbul", "istanbul-", "çırağan", ""]
)
def test_a_slug_has_small_letters_digits_and_single_hyphens(db, slug):
    with pytest.raises(ValidationError) as caught:
        factories.PartyFactory.build(slug=slug, name="Freedonia").full_clean()

    assert list(caught.value.error_dict) == ["slug"]


@pytest.mark.parametrize("paragraphs", ["3,7", "3, ", "three", "3-7"])
def test_paragraphs_are_numbers_with_commas_between(db, paragraphs):
    citation = factories.CitationFactory()
    citation.paragraphs = paragraphs

    with pytest.raises(ValidationError) as caught:
        citation.full_clean()

    assert caught.value.messages == ["Write paragraph numbers with commas between, such as 3, 7."]


def test_paragraphs_are_given_as_numbers():
    assert models.Citation(paragraphs="3, 7").paragraph_numbers == [3, 7]
    assert models.Citation(paragraphs="").paragraph_numbers == []


def test_the_source_of_an_article_is_its_agency_where_there_is_one(db):
    wire = factories.PublisherFactory(slug="wire")

    assert factories.ArticleFactory(agency=wire).source == wire
    own = factories.ArticleFactory()
    assert own.source == own.publisher


def test_paragraphs_of_the_text_are_numbered_without_empty_ones():
    article = models.Article(text="First.\n\n  \n\nSecond,\nstill.\n")

    assert article.numbered_paragraphs() == [(1, "First."), (2, "Second,\nstill.")]


def test_drafts_and_entries_not_reported_by_the_day_are_not_visible(db):
    factories.reported("event", "draft", published=False)
    early = factories.ArticleFactory(published=MAY_1)
    factories.reported("event", "early", early, start="2031-04-30")
    factories.reported("event", "late", factories.ArticleFactory(published=MAY_2), start="2031-04-29")

    assert [entry.slug for entry in models.Entry.objects.visible(Seen.on(MAY_1))] == ["early"]
    assert [entry.slug for entry in models.Entry.objects.visible(Seen.now()).in_order()] == ["late", "early"]


def test_an_entry_stands_where_it_was_known_to_stand_on_the_day(db):
    factories.reported("event", "moved", factories.ArticleFactory(published=MAY_1))
    factories.reported("event", "moved", factories.ArticleFactory(published=MAY_2), start="2031-04-20")

    def stands(day):
        return models.Entry.objects.visible(Seen.on(day)).get().stands

    assert [stands(MAY_1), stands(MAY_2), stands(None)] == [
        MAY_1,
        datetime.date(2031, 4, 20),
        datetime.date(2031, 4, 20),
    ]


def test_reported_rows_are_visible_once_both_they_and_their_entry_are_reported(db):
    late = factories.ArticleFactory(published=MAY_2)
    entry = factories.reported("event", "late", late)
    factories.AccountFactory(entry=entry, article=factories.ArticleFactory(published=MAY_1))
    factories.AccountFactory(entry=factories.reported("event", "draft", late, published=False), article=late)

    visible = [models.Account.objects.visible(Seen.on(day)).count() for day in (MAY_1, MAY_2, None)]

    assert visible == [0, 1, 1]


def test_every_kind_of_entry_tells_its_kind(db):
    made = {kind: factory().kind for kind, factory in factories.FACTORIES.items()}

    assert made == {"round": "round", "swap": "swap", "proposal": "proposal", "event": "event"}


def test_history_keeps_what_stood_before(db):
    party = factories.PartyFactory(name="Freedonia")
    party.name = "Republic of Freedonia"
    party.save()

    assert [record.name for record in party.history.all()] == ["Republic of Freedonia", "Freedonia"]
