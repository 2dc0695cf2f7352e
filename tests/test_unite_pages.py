"""The admin's pages to merge two rows and to rename one."""

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from talks import models
from talks.derived.settle import settle
from tests import admin_pages as pages
from tests import factories as make
from tests.admin_pages import url
from tests.staff import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def rufus():
    return make.PersonFactory(slug="rufus-firefly", name="Rufus Firefly")


@pytest.fixture
def firefly():
    return make.PersonFactory(slug="firefly", name="Firefly")


@pytest.fixture
def two_titles(rufus, firefly, gazette, freedonia):
    """The two delegates, one person under two names, of whom one article gives two titles."""
    talks = make.reported("round", "talks", gazette, title="The talks")
    delegation = make.DelegationFactory(article=gazette, round=talks, party=freedonia)
    people = {rufus: "President", firefly: "Minister"}
    rows = [make.DelegateFactory(delegation=delegation, person=who, title=title) for who, title in people.items()]
    settle({talks.pk: "test"})
    return rows


@pytest.fixture
def editor(client):
    """Somebody who may change everything, publish and merge, and nothing else."""
    user = User.objects.create_user("editor", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__regex="^(view|change)_", content_type__app_label="talks")
        | Permission.objects.filter(codename__in=["merge_rows", "publish_entry"])
    )
    client.force_login(user)
    return user


def merge_url(keep, old):
    return f"{url(type(keep), 'merge', keep.pk)}?with={old.pk}"


def send(client, keep, old, **data):
    page = client.get(merge_url(keep, old))
    return client.post(merge_url(keep, old), {"seen": page.context["plan"].seen, **data})


def errors(answer):
    return dict(answer.context["form"].errors)


# Which two


def test_two_rows_of_a_list_are_taken_to_the_page_that_shows_what_a_merge_does(client, editor, rufus, firefly):
    data = {"action": "merge_two", "_selected_action": [firefly.pk, rufus.pk]}

    answer = client.post(url(models.Person, "changelist"), data)

    assert answer["Location"] == merge_url(rufus, firefly)


def test_what_the_two_say_in_other_languages_stands_side_by_side_in_words(client, editor, rufus, firefly):
    rufus.translations = {"uk": {"name": "Руфус"}}
    rufus.save()

    columns = list(client.get(merge_url(rufus, firefly)).context["columns"])

    assert [line for line in columns if "Українська" in line[0]] == [("Name (Українська)", "Руфус", "–")]
    assert "Translations" not in {name for name, *_ in columns}


@pytest.mark.parametrize("count", [1, 3])
def test_one_or_three_rows_of_a_list_are_not_merged(client, editor, count):
    rows = make.PersonFactory.create_batch(count)

    answer = client.post(
        url(models.Person, "changelist"),
        {"action": "merge_two", "_selected_action": [row.pk for row in rows]},
        follow=True,
    )

    assert [str(message) for message in answer.context["messages"]] == ["Select exactly two rows to merge."]


def test_the_other_one_is_chosen_by_its_slug_or_from_the_list(client, editor, rufus, firefly):
    address = url(models.Person, "merge", rufus.pk)

    by_slug = client.get(address, {"slug": "firefly", "other": ""})
    from_list = client.get(address, {"slug": "", "other": firefly.pk})

    assert by_slug["Location"] == from_list["Location"] == merge_url(rufus, firefly)


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ({"slug": "", "other": ""}, "__all__", "Choose the other one, or write its slug."),
        ({"slug": "fireflie", "other": ""}, "slug", "There is no person “fireflie”. Did you mean “firefly”?"),
        ({"slug": "rufus-firefly", "other": ""}, "__all__", "That is the same row; choose another one."),
    ],
)
def test_a_choice_that_cannot_be_is_told(client, editor, rufus, firefly, data, field, message):
    answer = client.get(url(models.Person, "merge", rufus.pk), data)

    assert errors(answer) == {field: [message]}


@pytest.mark.parametrize("model", [models.Person, models.Party, *models.KINDS.values()])
def test_the_list_of_others_offers_what_a_search_finds_but_not_the_row_itself(client, editor, model):
    factory = {models.Person: make.PersonFactory, models.Party: make.PartyFactory}.get(model)
    factory = factory or make.FACTORIES[model.KIND]
    one, other, _third = factory(slug="marx-one"), factory(slug="marx-two"), factory(slug="brown")

    found = client.get(url(model, "merge_choices", one.pk), {"term": "marx"}).json()

    assert [row["id"] for row in found["results"]] == [str(other.pk)]


# What it does


def test_the_page_shows_what_moves_by_number_and_by_name(client, editor, rufus, firefly, gazette, freedonia):
    talks = make.reported("round", "talks", gazette, title="The talks")
    delegation = make.DelegationFactory(article=gazette, round=talks, party=freedonia)
    make.DelegateFactory(delegation=delegation, person=firefly)
    for number in range(11):
        make.AccountFactory(entry=talks, article=make.ArticleFactory(slug=f"a{number}"), speaker=firefly)

    page = client.get(merge_url(rufus, firefly))

    assert page.context["moves"] == [
        ("1 delegate", ["Delegate: Firefly: “The talks” (gazette)"]),
        ("11 accounts", []),
    ]
    assert "Rufus Firefly</td>" in page.content.decode()


def test_a_merge_with_a_reason_is_done(client, editor, rufus, firefly):
    answer = send(client, rufus, firefly, reason="One man, two spellings.")

    assert answer["Location"] == url(models.Person, "change", rufus.pk)
    assert list(models.Person.objects.values_list("slug", "aliases")) == [("rufus-firefly", ["Firefly"])]
    latest = rufus.history.first()
    why = "“firefly” merged into “rufus-firefly”: One man, two spellings."
    assert (latest.history_user, latest.history_change_reason) == (editor, why)
    assert client.get(url(models.Person, "history", firefly.pk)).status_code == 200


def test_without_a_reason_nothing_is_merged(client, editor, rufus, firefly):
    answer = send(client, rufus, firefly)

    assert errors(answer) == {"reason": ["Say why; it stands in the history of every row that changes."]}
    assert models.Person.objects.count() == 2


def test_of_two_reports_that_differ_the_editor_says_which_one_stays(client, editor, rufus, firefly, two_titles):
    name = f"delegate-{two_titles[0].pk}-{two_titles[1].pk}"

    refused = send(client, rufus, firefly, reason="One man.")
    done = send(client, rufus, firefly, reason="One man.", **{name: two_titles[1].pk})

    assert errors(refused) == {name: ["Say which of the two stays."]}
    assert done.status_code == 302
    assert list(models.Delegate.objects.values_list("person__slug", "title")) == [("rufus-firefly", "Minister")]


def test_what_changed_since_the_page_was_shown_is_looked_at_again(client, editor, rufus, firefly, two_titles):
    seen = client.get(merge_url(rufus, firefly)).context["plan"].seen
    two_titles[1].title = "President"
    two_titles[1].save()

    answer = client.post(merge_url(rufus, firefly), {"seen": seen, "reason": "One man."})

    assert answer.context["stale"] is True
    assert answer.context["form"]["seen"].value() == answer.context["plan"].seen
    assert answer.context["form"]["reason"].value() == "One man."
    assert models.Person.objects.count() == 2


def test_what_stands_against_a_merge_is_told_and_nothing_is_done(client, editor, gazette, freedonia, sylvania):
    swap = make.reported("swap", "swap", gazette)
    make.TransferFactory(swap=swap, article=gazette, from_party=freedonia, to_party=sylvania)

    answer = send(client, freedonia, sylvania, reason="They are one.")

    assert len(answer.context["plan"].refusals) == 1
    assert models.Party.objects.count() == 2


def test_a_row_merged_with_itself_asks_for_another(client, editor, rufus):
    assert client.get(merge_url(rufus, rufus))["Location"] == url(models.Person, "merge", rufus.pk)


def test_a_row_that_is_gone_is_not_found(client, editor, rufus):
    assert client.get(url(models.Person, "merge", 999)).status_code == 404
    assert client.get(f"{url(models.Person, 'merge', rufus.pk)}?with=999").status_code == 404


def test_a_draft_is_not_published_by_merging_by_who_may_not_publish(client, editor, gazette, herald):
    public = make.reported("event", "public", gazette, event_kind="meeting")
    draft = made(make.reported("event", "draft", herald, event_kind="meeting", published=False), editor)

    editor.user_permissions.remove(Permission.objects.get(codename="publish_entry"))
    refused = client.get(merge_url(public, draft))
    editor.user_permissions.add(Permission.objects.get(codename="publish_entry"))
    done = send(client, public, draft, reason="They are one.")

    assert refused.status_code == 403
    assert done.status_code == 302
    assert list(models.Event.objects.values_list("slug", "publication")) == [("public", "published")]


# Renaming


RENAMED = [models.Person, models.Party, models.Issue, models.Article, *models.KINDS.values()]


def row_of(model, **values):
    name = model._meta.model_name
    factories = {"person": make.PersonFactory, "party": make.PartyFactory, "issue": make.IssueFactory}
    factories |= {"article": make.ArticleFactory, **make.FACTORIES}
    return factories[name](**values)


@pytest.mark.parametrize("model", RENAMED)
def test_a_row_is_renamed_with_a_reason(client, editor, model):
    row = row_of(model, slug="old")

    answer = client.post(url(model, "rename", row.pk), {"slug": "new", "reason": "A typing error."})

    assert answer["Location"] == url(model, "change", row.pk)
    assert model.objects.get().slug == "new"
    assert [str(former.leads_to.slug) for former in models.FormerSlug.objects.filter(slug="old")] == ["new"]


@pytest.mark.parametrize(
    ("slug", "message"),
    [
        ("", "This field is required."),
        ("Old Name", "Use small letters, digits and single hyphens, such as geneva-2031-06-02."),
        ("rufus-firefly", "That is its slug already; write another one."),
        ("firefly", "“firefly” is the slug of “Firefly”; choose another. If the two are one, merge them."),
        ("fire-fly", "“fire-fly” was the address of “Firefly” and leads there; choose another."),
    ],
)
def test_a_slug_that_cannot_be_is_refused_and_kept_in_the_form(client, editor, rufus, firefly, slug, message):
    make.FormerSlugFactory(entry=None, person=firefly, slug="fire-fly")

    answer = client.post(url(models.Person, "rename", rufus.pk), {"slug": slug, "reason": "Shorter."})

    assert errors(answer) == {"slug": [message]}
    assert (answer.context["form"]["slug"].value(), answer.context["form"]["reason"].value()) == (slug, "Shorter.")


def test_the_slug_of_an_entry_of_another_kind_is_taken(client, editor):
    swap, _event = make.SwapFactory(slug="swap"), make.EventFactory(slug="event", title="The event")

    answer = client.post(url(models.Swap, "rename", swap.pk), {"slug": "event", "reason": "Shorter."})

    assert errors(answer) == {
        "slug": ["“event” is the slug of “The event”; choose another. If the two are one, merge them."]
    }


def test_a_row_is_renamed_back(client, editor, rufus):
    for slug in ("rufus", "rufus-firefly"):
        client.post(url(models.Person, "rename", rufus.pk), {"slug": slug, "reason": "A change of mind."})

    assert list(models.FormerSlug.objects.values_list("slug", flat=True)) == ["rufus"]


@pytest.mark.parametrize("model", [models.Person, models.Party, models.Issue, models.Article])
def test_a_former_slug_is_refused_for_a_new_row(admin_client, model):
    row = row_of(model, slug="new")
    make.FormerSlugFactory(entry=None, slug="old", **{models.FormerSlug.owner_of(model): row})

    answer = admin_client.post(url(model, "add"), {"slug": "old"})

    assert answer.context["adminform"].form.errors["slug"] == [
        f"“old” was the address of “{row}” and leads there; choose another."
    ]


# Who may


MERGED = [models.Person, models.Party, *models.KINDS.values()]


@pytest.mark.parametrize("model", RENAMED)
@pytest.mark.parametrize("lacking", ["merge_rows", "change"])
def test_who_lacks_a_permission_is_refused_and_sees_no_link(client, editor, model, lacking):
    keep, old = row_of(model), row_of(model)
    codename = lacking if lacking == "merge_rows" else f"change_{model._meta.model_name}"
    editor.user_permissions.remove(Permission.objects.get(codename=codename))

    addresses = [url(model, "rename", keep.pk)]
    if model in MERGED:
        addresses += [url(model, "merge", keep.pk), merge_url(keep, old)]
    statuses = {client.get(address).status_code for address in addresses}
    statuses |= {client.post(address, {"reason": "x", "slug": "x"}).status_code for address in addresses}

    assert statuses == {403}
    assert "row_tools" not in client.get(url(model, "change", keep.pk)).context
    actions = client.get(url(model, "changelist")).context["action_form"]
    assert "merge_two" not in dict(actions.fields["action"].choices if actions else ())
    assert model.objects.count() == 2


@pytest.mark.parametrize("model", RENAMED)
def test_who_may_sees_the_links(client, editor, model):
    row = row_of(model)

    links = [str(words) for _, words in client.get(url(model, "change", row.pk)).context["row_tools"]]

    assert links == (["Rename address", "Merge with another…"] if model in MERGED else ["Rename address"])


# Queries


@pytest.mark.parametrize("rows", [1, 9])
def test_the_pages_take_as_many_queries_for_many_rows_as_for_one(admin_client, gazette, freedonia, rows):
    keep, old = make.PersonFactory(slug="keep"), make.PersonFactory(slug="old")
    for number in range(rows):
        talks = make.reported("round", f"round-{number}", gazette)
        delegation = make.DelegationFactory(article=gazette, round=talks, party=freedonia)
        for person, title in ((keep, "President"), (old, "Minister")):
            make.DelegateFactory(delegation=delegation, person=person, title=title)
            make.AccountFactory(entry=talks, article=gazette, speaker=person, party=freedonia)
    addresses = [url(models.Person, "rename", keep.pk), url(models.Person, "merge", keep.pk), merge_url(keep, old)]
    pages.warm()

    counts = []
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get(address).status_code == 200
        counts.append(len(queries))

    assert counts == [3, 3, 15]
