"""An earlier state of an entry comes back with all that was reported then, or not at all."""

import uuid
from itertools import count

import pytest
from django.contrib.auth.models import Permission, User
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from talks import models
from talks.derived.settle import settle
from talks.editing.restore import RefusedError, plan, restore
from talks.editing.upkeep import settle_reported
from talks.editing.versions import edits_of, records_of, state_after
from tests import factories as make
from tests.admin_pages import filled_in, saved, url

pytestmark = pytest.mark.django_db

EDITS = count(1)  # lower than any id of an edit that was not made here


@pytest.fixture
def entry(gazette):
    return make.reported("round", "talks-2031", gazette, start="2031-05-02", city="Capital")


def apart():
    """Make what a test wrote since it last called this one edit, as people's are."""
    edit = uuid.UUID(int=next(EDITS))
    for model in (*models.KINDS.values(), *models.REPORTS, models.FormerSlug):
        model.history.filter(edit__gt=uuid.UUID(int=1000)).update(edit=edit)


def edits(entry):
    return edits_of(records_of(type(entry), entry.pk))


def state(entry):
    """What an entry says: its columns, what was chosen, and all reported rows but for their keys."""
    entry = type(entry).objects.get(pk=entry.pk)
    columns = {field.name: getattr(entry, field.attname) for field in entry._meta.concrete_fields}
    rows = []
    for model in models.REPORTS:
        for row in model.objects.filter(**{model.ENTRY: entry.pk}):
            said = {field.name: str(getattr(row, field.name)) for field in row._meta.concrete_fields}
            rows.append((model.__name__, sorted(said.items())))
    del columns["updated"]
    return columns, sorted(rows)


def bring_back(entry, key, reason="Restored."):
    restore(plan(type(entry).objects.get(pk=entry.pk), state_after(edits(entry), key)), reason)


def restore_page(entry, one):
    return url(type(entry), "restore", entry.pk, one.key)


def send(client, entry, one, **data):
    address = restore_page(entry, one)
    form = client.get(address).context["form"]
    return client.post(address, {"reason": form["reason"].value(), "opened": form["opened"].value()} | data)


# What comes back


def test_what_was_changed_comes_back_as_it_was(admin_client, entry):
    before = state(entry)
    apart()
    data = filled_in(admin_client, entry)
    saved(admin_client.post(url(models.Round, "change", entry.pk), data | {"city": "Spa", "title": "The talks"}))
    first = edits(entry)[0]

    answer = send(admin_client, entry, first)

    assert (answer.status_code, answer.url) == (302, url(models.Round, "history", entry.pk))
    assert state(entry) == before


def test_restoring_can_be_undone_by_restoring_the_state_before(entry):
    apart()
    make.CitationFactory(entry=entry, article=entry.introduced_by, field="venue", value="Opera")
    settle({entry.pk: "venue"})
    after = state(entry)
    apart()
    first, second = edits(entry)

    bring_back(entry, first.key)
    assert state(entry)[0]["venue"] == ""
    apart()
    bring_back(entry, second.key)

    assert state(entry) == after


def test_restoring_is_one_edit_in_the_history_with_its_reason(admin_client, admin_user, entry, gazette, freedonia):
    apart()
    make.DelegateFactory(delegation=make.DelegationFactory(round=entry, article=gazette, party=freedonia))
    entry.citations.filter(field="city").delete()
    settle({entry.pk: "edited"})
    apart()

    send(admin_client, entry, edits(entry)[0], reason="That was wrong.")

    last = edits(entry)[-1]
    assert (last.user, last.reason) == (admin_user, "That was wrong.")
    assert sorted((step.model.__name__, bool(step.before), bool(step.after)) for step in last.steps) == [
        ("Citation", False, True),
        ("Delegate", True, False),
        ("Delegation", True, False),
        ("Round", True, True),
    ]


@pytest.mark.sql
def test_two_rows_that_changed_places_change_back(entry, gazette):
    city = entry.citations.get(field="city")
    venue = make.CitationFactory(entry=entry, article=gazette, field="venue", value="Opera")
    settle({entry.pk: "venue"})
    before = state(entry)
    apart()
    for row, values in ((city, ("outcome", "x")), (venue, ("city", "Capital")), (city, ("venue", "Opera"))):
        row.field, row.value = values
        row.save()
    settle({entry.pk: "swapped"})
    apart()

    bring_back(entry, edits(entry)[0].key)

    assert state(entry) == before


@pytest.mark.sql
def test_the_head_of_a_delegation_goes_back_to_whom_it_was(entry, gazette, freedonia):
    delegation = make.DelegationFactory(round=entry, article=gazette, party=freedonia)
    one, other = (make.DelegateFactory(delegation=delegation, head=head) for head in (True, None))
    apart()
    for row, head in ((one, None), (other, True)):
        row.head = head
        row.save()
    apart()

    bring_back(entry, edits(entry)[0].key)

    assert dict(delegation.delegates.values_list("pk", "head")) == {one.pk: True, other.pk: None}


@pytest.mark.sql
def test_ties_and_search_follow(client, entry, gazette, freedonia):
    make.DelegationFactory(round=entry, article=gazette, party=freedonia)
    settle({entry.pk: "x"})
    apart()
    models.Delegation.objects.get().delete()
    settle({entry.pk: "deleted"})
    apart()

    bring_back(entry, edits(entry)[0].key)

    assert [tie.party for tie in entry.party_ties.all()] == [freedonia]
    assert "Talks-2031" in client.get("/search/", {"q": "Freedonia"}).content.decode().title()


def test_what_a_draft_without_reports_said_comes_back(db):
    draft = make.RoundFactory(city="Capital", chosen={"parties": "freedonia"})
    apart()
    draft.city, draft.chosen = "Spa", {}
    draft.save()
    apart()

    bring_back(draft, edits(draft)[0].key)

    draft.refresh_from_db()
    assert (draft.city, draft.chosen, draft.publication) == ("Capital", {"parties": "freedonia"}, "draft")


def test_publication_slug_and_former_addresses_stay(entry):
    apart()
    entry.publication, entry.slug, entry.title = "withdrawn", "talks-of-2031", "Talks"
    entry.save()
    make.FormerSlugFactory(slug="talks-2031", entry=entry)
    make.CitationFactory(entry=entry, article=entry.introduced_by, field="venue", value="Opera")
    settle({entry.pk: "venue"})
    apart()

    bring_back(entry, edits(entry)[0].key)

    entry.refresh_from_db()
    assert (entry.publication, entry.slug, entry.venue) == ("withdrawn", "talks-of-2031", "")
    assert [former.slug for former in entry.former_slugs.all()] == ["talks-2031"]


def test_a_slug_that_was_changed_since_is_put_as_it_is_today(entry, gazette, freedonia):
    listed = make.CitationFactory(entry=entry, article=gazette, field="parties", value="freedonia")
    settle({entry.pk: "parties"})
    apart()
    listed.delete()
    freedonia.slug = "freedonia-republic"
    freedonia.save()
    make.FormerSlugFactory(slug="freedonia", entry=None, party=freedonia)
    apart()

    bring_back(entry, edits(entry)[0].key)

    assert entry.citations.get(field="parties").value == "freedonia-republic"


# What is refused


def refusals(entry, one):
    return plan(type(entry).objects.get(pk=entry.pk), state_after(edits(entry), one.key)).refusals


def test_what_names_a_deleted_row_cannot_come_back(admin_client, entry, gazette, freedonia):
    person = make.PersonFactory(name="Rufus Firefly")
    delegation = make.DelegationFactory(round=entry, article=gazette, party=freedonia)
    delegate = make.DelegateFactory(delegation=delegation, person=person)
    apart()
    delegate.delete()
    person.delete()
    apart()
    before = state(entry)

    page = send(admin_client, entry, edits(entry)[0])

    sentence = "The person “Rufus Firefly”, which was named then, is no longer here. Add it again first."
    assert page.context["plan"].refusals == [sentence]
    assert sentence in page.content.decode()
    assert state(entry) == before


def test_a_citation_of_a_deleted_row_cannot_come_back(entry, gazette, freedonia):
    listed = make.CitationFactory(entry=entry, article=gazette, field="parties", value="freedonia")
    apart()
    listed.delete()
    freedonia.delete()
    apart()

    assert refusals(entry, edits(entry)[0]) == [
        "The party “freedonia”, which was named then, is no longer here. Add it again first."
    ]


def test_a_published_entry_does_not_lose_its_last_citation(gazette):
    entry = make.RoundFactory()
    apart()
    make.CitationFactory(entry=entry, article=gazette)
    settle({entry.pk: "cited"})
    models.Round.objects.update(publication="published")
    apart()

    assert refusals(entry, edits(entry)[0]) == [
        "It is published, and then no article reported it yet. Take it back to draft first; a published entry needs at "
        "least one citation."
    ]


@pytest.mark.sql
def test_rows_that_cannot_stand_side_by_side_are_refused_and_nothing_is_half_done(entry, gazette):
    other = make.reported("round", "other-2031", gazette, city="Spa")
    apart()
    moving = other.citations.get(field="city")
    pk = moving.pk
    moving.delete()
    models.Citation.history.filter(id=pk).update(entry_id=entry.pk)  # as a merge of the two leaves it
    make.CitationFactory(entry=entry, article=gazette, field="venue", value="Opera")
    settle({entry.pk: "venue"})
    apart()
    before = state(entry)

    with pytest.raises(RefusedError, match="cannot stand side by side today"):
        bring_back(entry, edits(entry)[0].key)

    assert state(entry) == before


def test_restoring_needs_a_reason(admin_client, entry):
    apart()
    make.CitationFactory(entry=entry, article=entry.introduced_by, field="venue", value="Opera")

    page = send(admin_client, entry, edits(entry)[0], reason="")

    assert page.context["form"].errors == {
        "reason": ["Say why; it stands in the history of all rows that this changes."]
    }
    assert entry.citations.filter(field="venue").count() == 1


def test_a_state_is_compared_anew_if_the_entry_changed_meanwhile(admin_client, entry, gazette):
    apart()
    make.CitationFactory(entry=entry, article=gazette, field="venue", value="Opera")
    apart()
    address = restore_page(entry, edits(entry)[0])
    opened = admin_client.get(address).context["form"]["opened"].value()
    make.CitationFactory(entry=entry, article=gazette, field="outcome", value="None.")

    page = admin_client.post(address, {"reason": "Wrong.", "opened": opened})

    assert page.context["form"].errors["opened"] == [
        "The entry was changed since you opened this page, so nothing is restored yet. Below it is compared with what "
        "it says now; look at it again and confirm."
    ]
    assert [line.name for line in page.context["lines"]] == ["Citation: gazette, Venue", "Citation: gazette, Outcome"]
    again = {"reason": "Wrong.", "opened": page.context["form"]["opened"].value()}
    assert admin_client.post(address, again).status_code == 302
    assert sorted(entry.citations.values_list("field", flat=True)) == ["", "city", "start"]


def test_what_says_the_same_today_has_nothing_to_confirm(admin_client, entry):
    page = admin_client.get(restore_page(entry, edits(entry)[-1])).content.decode()

    assert "Nothing: it says the same today." in page
    assert "<form method=" not in page.replace('<form id="logout-form" method=', "")


# Who may


@pytest.fixture
def reader(client):
    user = User.objects.create_user("reader", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_round"))
    client.force_login(user)
    return client


def test_who_may_only_look_sees_the_history_but_restores_nothing(reader, entry):
    apart()
    make.CitationFactory(entry=entry, article=entry.introduced_by, field="venue", value="Opera")
    one = edits(entry)[0]

    page = reader.get(url(models.Round, "history", entry.pk))

    assert (page.status_code, page.context["may_restore"]) == (200, False)
    assert restore_page(entry, one) not in page.content.decode()
    assert reader.get(restore_page(entry, one)).status_code == 403
    assert reader.post(restore_page(entry, one), {"reason": "x"}).status_code == 403


def test_who_may_not_look_sees_no_history(client, entry):
    client.force_login(User.objects.create_user("stranger", is_staff=True))

    assert client.get(url(models.Round, "history", entry.pk)).status_code == 403


def test_an_edit_that_is_not_of_this_entry_is_not_found(admin_client, entry, gazette):
    other = make.reported("round", "other-2031", gazette, city="Spa")

    assert admin_client.get(restore_page(entry, edits(other)[0])).status_code == 404
    assert admin_client.get(url(models.Round, "history", 10_000)).status_code == 404


@pytest.mark.sql
def test_the_history_of_a_deleted_entry_can_be_read(admin_client, entry):
    pk = entry.pk
    entry.delete()

    page = admin_client.get(url(models.Round, "history", pk))

    assert (page.status_code, page.context["is_deleted"], page.context["may_restore"]) == (200, True, False)
    assert "This entry was deleted." in page.content.decode()


# Many edits and many rows


def many(entry, gazette, rows, times):
    """So many rows of each sort about a round, all changed so many times, each time in one edit."""
    delegations = [make.DelegationFactory(round=entry, article=gazette) for _ in range(rows)]
    delegates = [make.DelegateFactory(delegation=delegation) for delegation in delegations]
    accounts = [make.AccountFactory(entry=entry, article=gazette, speaker=row.person) for row in delegates]
    apart()
    for number in range(times):
        for row in (*delegations, *delegates, *accounts):
            row.paragraphs = str(number + 10)
            row.save()
        apart()


def test_the_history_is_paged(admin_client, entry, gazette):
    many(entry, gazette, 1, 24)
    address = url(models.Round, "history", entry.pk)

    first, second = (admin_client.get(address, {"p": number}) for number in (1, 2))

    assert [len(page.context["blocks"]) for page in (first, second)] == [20, 5]
    assert [page.content.decode().count("This is what it says now.") for page in (first, second)] == [1, 0]


@pytest.mark.sql
@pytest.mark.parametrize(("rows", "times"), [(1, 2), (6, 9)])
def test_pages_need_as_many_queries_for_many_edits_as_for_two(
    admin_client, entry, gazette, rows, times, django_assert_num_queries
):
    many(entry, gazette, rows, times)
    history, restoring = url(models.Round, "history", entry.pk), restore_page(entry, edits(entry)[0])
    admin_client.get(history)

    with django_assert_num_queries(13):
        admin_client.get(history)
    with django_assert_num_queries(27):
        admin_client.get(restoring)


# One version of a single row


def test_a_version_of_a_delegation_is_for_reading_only(admin_client, entry, gazette, freedonia):
    delegation = make.DelegationFactory(round=entry, article=gazette, party=freedonia)
    version = url(models.Delegation, "simple_history", delegation.pk, delegation.history.first().pk)

    assert admin_client.get(version).status_code == 200
    assert admin_client.post(version, {}).status_code == 403


def test_a_version_of_an_article_from_before_it_was_renamed_keeps_todays_slug(admin_client, gazette):
    version = gazette.history.first().pk
    gazette.slug, gazette.title = "gazette-of-may", "Another title"
    gazette.save()
    address = url(models.Article, "simple_history", gazette.pk, version)
    form = admin_client.get(address).context["adminform"].form
    data = {bound.html_name: bound.value() for bound in form}

    admin_client.post(address, {name: "" if value is None else value for name, value in data.items()})

    gazette.refresh_from_db()
    assert (gazette.title, gazette.slug) == ("Title of gazette", "gazette-of-may")


# Any sequence of edits

VALUES = st.sampled_from(["Capital", "Spa", "Port"])
STEPS = st.one_of(
    st.tuples(st.just("cite"), st.sampled_from(["city", "venue", "outcome"]), st.integers(0, 1), VALUES),
    st.tuples(st.just("drop"), st.sampled_from(["city", "venue", "outcome"]), st.integers(0, 1)),
    st.tuples(st.just("choose"), VALUES),
    st.tuples(st.just("seat"), st.integers(0, 1), st.integers(0, 1)),
    st.tuples(st.just("lead"), st.integers(0, 1), st.integers(0, 2)),
    st.tuples(st.just("leave"), st.integers(0, 1)),
    st.tuples(st.just("tell"), st.integers(0, 1), VALUES),
)


class Desk:
    """Does edits to one round that two articles report."""

    def __init__(self):
        self.articles = [make.ArticleFactory(slug=slug) for slug in ("gazette", "herald")]
        self.parties = make.PartyFactory.create_batch(2)
        self.people = make.PersonFactory.create_batch(3)
        self.entry = make.reported("round", "talks-2031", self.articles[0], city="Capital")

    def do(self, step, reason):
        name, *values = step
        getattr(self, name)(*values)
        entry = models.Round.objects.get()
        settle_reported(entry, {}, reason)

    def cite(self, field, article, value):
        row = {"entry": self.entry, "article": self.articles[article], "field": field}
        citation = models.Citation.objects.filter(**row).first() or models.Citation(**row)
        citation.value = value
        citation.save()

    def drop(self, field, article):
        for row in self.entry.citations.filter(field=field, article=self.articles[article]):
            row.delete()

    def choose(self, value):
        entry = models.Round.objects.get()
        entry.chosen = {"city": value, "title": value}
        entry.save()

    def seat(self, party, article):
        row = {"round": self.entry, "party": self.parties[party]}
        models.Delegation.objects.update_or_create(**row, defaults={"article": self.articles[article]})

    def lead(self, party, person):
        for delegation in self.entry.delegations.filter(party=self.parties[party]):
            for row in delegation.delegates.filter(head=True):
                row.head = False
                row.save()
            row = {"delegation": delegation, "person": self.people[person]}
            models.Delegate.objects.update_or_create(**row, defaults={"head": True})

    def leave(self, party):
        for row in self.entry.delegations.filter(party=self.parties[party]):
            row.delete()

    def tell(self, party, text):
        row = {"entry": self.entry, "party": self.parties[party], "article": self.articles[1]}
        models.Account.objects.update_or_create(**row, defaults={"text": text})


@pytest.mark.long
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=6), place=st.integers(0, 5))
def test_after_any_edits_each_state_comes_back_as_it_was(db, steps, place):
    with transaction.atomic():
        desk = Desk()
        states = [state(desk.entry)]
        keys = [edits(desk.entry)[-1].key]
        for number, step in enumerate(steps):
            apart()
            desk.do(step, f"edit {number}")
            states.append(state(desk.entry))
            keys.append(edits(desk.entry)[-1].key)
        apart()
        place = min(place, len(steps))

        bring_back(desk.entry, keys[place])
        restored = state(desk.entry)
        apart()
        bring_back(desk.entry, keys[-1])

        assert (restored, state(desk.entry)) == (states[place], states[-1])
        transaction.set_rollback(True)
