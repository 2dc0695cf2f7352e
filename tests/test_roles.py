"""What each role may do: on each page, with each action and inline, for what is one's own and what is not."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.urls import reverse

from talks import models
from tests import admin_pages
from tests import factories as make
from tests.admin_pages import DAY, autocomplete, errors, saved, url, with_row
from tests.staff import in_role, made

pytestmark = pytest.mark.django_db
migration = import_module("talks.migrations.0005_roles")
REFUSED = "Only editors publish, take back and withdraw entries; ask one of them."
EDITORS = ["Editor", "Admin", "Superuser"]
ROLES = ["Author", *EDITORS]


@pytest.fixture
def enter(client):
    """Logs in a user of a role; gives the user."""

    def enter_as(role):
        user = in_role(role)
        client.force_login(user)
        return user

    return enter_as


# Whose an entry is, and what it is. The last three are nobody's own.
OWN_DRAFT, OWN_PUBLIC, OWN_WITHDRAWN = "own draft", "own published", "own withdrawn"
OTHERS_DRAFT, OTHERS_PUBLIC, LOADED_DRAFT = "another's draft", "another's published", "a loaded draft"
TARGETS = [OWN_DRAFT, OWN_PUBLIC, OWN_WITHDRAWN, OTHERS_DRAFT, OTHERS_PUBLIC, LOADED_DRAFT]
MAY_EDIT = [
    *(("Author", target, target == OWN_DRAFT) for target in TARGETS),
    *((role, target, True) for role in EDITORS for target in TARGETS),
]
each_target = pytest.mark.parametrize(("role", "target", "may"), MAY_EDIT)


def form_data(page):
    """What the form on a page would send with a reason, which is asked for what is published."""
    return admin_pages.form_data(page) | {"reason": "A test."}


def entry_of(target, user, kind="round", slug="glee"):
    """An entry of this kind with a delegation or whatever else it can have, and whose history is as `target` says."""
    article = make.ArticleFactory(slug="gazette")
    entry = make.reported(kind, slug, article, start=DAY, title="Glee")
    if kind == "round":
        delegation = make.DelegationFactory(round=entry, article=article, party__slug="freedonia")
        make.DelegateFactory(delegation=delegation)
    for publication in ("draft", "withdrawn"):
        if target.endswith(publication):
            models.KINDS[kind].objects.filter(pk=entry.pk).update(publication=publication)
    owners = {"own": user, "another's": User.objects.create_user("another"), "a": None}
    return made(models.KINDS[kind].objects.get(pk=entry.pk), owners[target.partition(" ")[0]])


def delegation_of(target, user):
    return models.Delegation.objects.get(round=entry_of(target, user))


# Entries: their page, deletion, history


@each_target
@pytest.mark.parametrize("kind", models.KINDS)
def test_who_may_change_an_entry(client, enter, role, target, may, kind):
    entry = entry_of(target, enter(role), kind)
    page = client.get(url(type(entry), "change", entry.pk))
    data = {"slug": entry.slug, "title": "Glee", "start": DAY, "precision": "day", "publication": entry.publication}
    sent = form_data(page) if may else data
    if role == "Author":
        sent.pop("publication", None)

    answer = client.post(url(type(entry), "change", entry.pk), sent | {"summary": "In other words.", **KIND[kind]})

    assert page.status_code == 200  # everybody sees everything
    assert page.context["has_change_permission"] == may
    assert answer.status_code == (302 if may else 403), may and errors(answer)
    assert (models.Entry.objects.get().summary == "In other words.") == may


KIND = {"round": {}, "swap": {}, "proposal": {}, "event": {"event_kind": "statement"}}


@each_target
def test_who_may_delete_an_entry(client, enter, role, target, may):
    entry = entry_of(target, enter(role))

    answer = client.post(url(models.Round, "delete", entry.pk), {"post": "yes"})

    assert answer.status_code == (302 if may else 403)
    assert models.Round.objects.exists() != may


@each_target
def test_who_may_delete_entries_on_the_list(client, enter, role, target, may):
    user = enter(role)
    entry = entry_of(target, user)
    mine = made(make.RoundFactory(title="Mine"), user)
    data = {"action": "delete_selected", "_selected_action": [entry.pk, mine.pk]}

    asked = client.post(url(models.Round, "changelist"), data)
    answer = client.post(url(models.Round, "changelist"), data | {"post": "yes"})

    assert asked.context["perms_lacking"] == (set() if may else {"Round: Glee"})
    assert answer.status_code == (302 if may else 403)
    assert models.Round.objects.count() == (0 if may else 2)


@each_target
def test_everybody_reads_the_history_of_an_entry_and_nobody_sends_an_old_version(client, enter, role, target, may):
    entry = entry_of(target, enter(role))
    version = entry.history.first().pk
    old = url(models.Round, "simple_history", entry.pk, version)

    answers = [
        client.get(url(models.Round, "history", entry.pk)),
        client.get(old),
        client.post(old, {"title": "Other"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 403]
    assert models.Round.objects.get().title == "Glee"


@each_target
def test_rows_below_an_entry_are_forms_only_for_who_may_change_it(client, enter, role, target, may):
    entry = entry_of(target, enter(role))

    inlines = client.get(url(models.Round, "change", entry.pk)).context["inline_admin_formsets"]

    rows = ("Citation", "Delegation", "Account")
    found = {inline.opts.model.__name__: inline.has_change_permission for inline in inlines}
    assert {name: found[name] for name in rows} == dict.fromkeys(rows, may)
    assert found["FormerSlug"] == (may and role != "Author")


@pytest.mark.parametrize("role", ROLES)
def test_former_addresses_are_for_editors(client, enter, role):
    entry = entry_of(OWN_DRAFT, enter(role))
    data = form_data(client.get(url(models.Round, "change", entry.pk))) | {"former_slugs-TOTAL_FORMS": 0}

    data = data | {"former_slugs-INITIAL_FORMS": 0}
    saved(client.post(url(models.Round, "change", entry.pk), with_row(data, "former_slugs", slug="once")))

    assert models.FormerSlug.objects.exists() == (role != "Author")


def test_rows_of_another_entry_cannot_be_changed_from_ones_own(client, enter):
    user = enter("Author")
    mine, theirs = entry_of(OWN_DRAFT, user), make.reported("round", "theirs", start=DAY)
    row = theirs.citations.get(field="start")
    data = form_data(client.get(url(models.Round, "change", mine.pk)))
    mention = next(i for i in range(int(data["citations-TOTAL_FORMS"])) if data[f"citations-{i}-value"] == DAY)

    forged = {f"citations-{mention}-id": row.pk, f"citations-{mention}-value": "2031-05-09"}
    client.post(url(models.Round, "change", mine.pk), data | forged)

    row.refresh_from_db()
    assert (row.entry_id, row.value) == (theirs.pk, DAY)


# Publishing


@each_target
@pytest.mark.parametrize(
    ("action", "then"), [("publish", "published"), ("unpublish", "draft"), ("withdraw", "withdrawn")]
)
def test_who_may_publish_take_back_and_withdraw(client, enter, role, target, may, action, then):
    entry = entry_of(target, enter(role))
    before = entry.publication

    client.post(url(models.Round, "changelist"), {"action": action, "_selected_action": [entry.pk]})

    entry.refresh_from_db()
    assert entry.publication == (before if role == "Author" else then)


@pytest.mark.parametrize(("role", "offered"), [("Author", 0), *((role, 3) for role in EDITORS)])
def test_actions_are_offered_only_to_who_may_use_them(client, enter, role, offered):
    entry_of(OWN_DRAFT, enter(role))

    page = client.get(url(models.Round, "changelist")).content.decode()

    assert sum(f'value="{action}"' in page for action in ("publish", "unpublish", "withdraw")) == offered


@pytest.mark.parametrize("publication", ["published", "withdrawn"])
def test_an_author_who_sends_a_publication_is_refused_and_loses_nothing(client, enter, publication):
    entry = entry_of(OWN_DRAFT, enter("Author"))
    page = client.get(url(models.Round, "change", entry.pk))
    data = form_data(page) | {"publication": publication, "summary": "In other words."}

    answer = client.post(url(models.Round, "change", entry.pk), data)

    assert "publication" not in page.context["adminform"].form.fields
    assert errors(answer) == [REFUSED]
    assert form_data(answer)["summary"] == "In other words."
    entry.refresh_from_db()
    assert (entry.publication, entry.summary) == ("draft", "")


def test_an_author_who_sends_a_publication_with_a_new_entry_is_refused(client, enter, gazette):
    enter("Author")
    data = form_data(client.get(url(models.Round, "add"))) | {
        "slug": "glee",
        "title": "Glee",
        "publication": "published",
    }
    data = with_row(data | {"citations-TOTAL_FORMS": 0}, "citations", article=gazette.pk)

    answer = client.post(url(models.Round, "add"), data)

    assert errors(answer) == [REFUSED]
    assert models.Round.objects.count() == 0


@pytest.mark.parametrize("kind", models.KINDS)
def test_an_author_adds_an_entry_changes_it_and_deletes_it(client, enter, gazette, kind):
    enter("Author")
    model = models.KINDS[kind]
    data = form_data(client.get(url(model, "add"))) | {"slug": "glee", "title": "Glee", "start": DAY, **KIND[kind]}
    data = with_row(data | {"citations-TOTAL_FORMS": 0}, "citations", article=gazette.pk)

    saved(client.post(url(model, "add"), data))
    entry = model.objects.get()
    change = form_data(client.get(url(model, "change", entry.pk))) | {"title": "More glee"}
    saved(client.post(url(model, "change", entry.pk), change))
    entry.refresh_from_db()
    client.post(url(model, "delete", entry.pk), {"post": "yes"})

    assert (entry.publication, entry.title, entry.first_reported) == ("draft", "More glee", gazette.published)
    assert model.objects.count() == 0


def test_what_an_author_made_is_for_editors_once_it_is_published_and_again_the_authors_when_taken_back(client, enter):
    entry = entry_of(OWN_DRAFT, enter("Author"))
    page = url(models.Round, "change", entry.pk)

    may = []
    for publication in ("draft", "published", "draft", "withdrawn"):
        models.Round.objects.filter(pk=entry.pk).update(publication=publication)
        may.append(client.get(page).context["has_change_permission"])

    assert may == [True, False, True, False]


def test_whose_an_entry_is_does_not_follow_who_changed_it_last(client, enter):
    user = enter("Author")
    entry = entry_of(OTHERS_DRAFT, user)
    entry._history_user = user
    entry.save()

    assert client.get(url(models.Round, "change", entry.pk)).context["has_change_permission"] is False


# Delegations, which have a page of their own


@each_target
def test_who_may_change_a_delegation(client, enter, role, target, may):
    delegation = delegation_of(target, enter(role))
    page = client.get(url(models.Delegation, "change", delegation.pk))
    sent = form_data(page) if may else {"role": "party", "article": delegation.article_id}

    answer = client.post(url(models.Delegation, "change", delegation.pk), sent | {"note": "Late."})

    assert (page.status_code, page.context["has_change_permission"]) == (200, may)
    assert answer.status_code == (302 if may else 403)
    delegation.refresh_from_db()
    assert delegation.note == ("Late." if may else "")


@each_target
def test_who_may_change_the_people_of_a_delegation(client, enter, role, target, may):
    delegation = delegation_of(target, enter(role))
    person = make.PersonFactory()
    page = client.get(url(models.Delegation, "change", delegation.pk))
    sent = form_data(page) if may else {"delegates-TOTAL_FORMS": 1, "delegates-INITIAL_FORMS": 1}

    answer = client.post(
        url(models.Delegation, "change", delegation.pk), with_row(sent, "delegates", person=person.pk, order=0)
    )

    assert page.context["inline_admin_formsets"][0].has_add_permission == may
    assert answer.status_code == (302 if may else 403)
    assert delegation.delegates.filter(person=person).exists() == may


@each_target
@pytest.mark.parametrize("how", ["page", "list"])
def test_who_may_delete_a_delegation(client, enter, role, target, may, how):
    delegation = delegation_of(target, enter(role))
    address, data = {
        "page": (url(models.Delegation, "delete", delegation.pk), {}),
        "list": (
            url(models.Delegation, "changelist"),
            {"action": "delete_selected", "_selected_action": [delegation.pk]},
        ),
    }[how]

    answer = client.post(address, data | {"post": "yes"})

    assert answer.status_code == (302 if may else 403)
    assert models.Delegation.objects.exists() != may


@each_target
def test_who_may_add_a_delegation(client, enter, role, target, may):
    delegation = delegation_of(target, enter(role))
    party = make.PartyFactory(slug="sylvania")
    data = form_data(client.get(url(models.Delegation, "add"))) | {
        "round": delegation.round_id,
        "article": delegation.article_id,
        "party": party.pk,
    }

    answer = client.post(url(models.Delegation, "add"), data)

    told = "“Glee” is not a draft of yours; choose one that is, or ask an editor to add this."
    assert errors(answer) == [told] if not may else saved(answer)
    assert models.Delegation.objects.count() == 1 + may


@each_target
def test_nobody_restores_an_old_version_of_a_delegation_apart_from_its_round(client, enter, role, target, may):
    delegation = delegation_of(target, enter(role))
    delegation.note = "Late."
    delegation.save()
    old = url(models.Delegation, "simple_history", delegation.pk, delegation.history.last().pk)
    page = client.get(old)

    answer = client.post(old, {"article": delegation.article_id, "party": delegation.party_id, "role": "party"})

    assert (page.status_code, page.context["revert_disabled"], answer.status_code) == (200, True, 403)
    delegation.refresh_from_db()
    assert delegation.note == "Late."


# Articles and people


def article_of(target, user):
    """An article and, unless it is unused, an entry of the kind that `target` names, which it reports."""
    return made(entry_of(target, user).introduced_by, None if target.startswith("another's") else user)


OWN_ARTICLES = [
    ("Author", OWN_DRAFT, True),
    ("Author", LOADED_DRAFT, True),  # the article is the author's own, whoever wrote the draft
    ("Author", OWN_PUBLIC, False),
    ("Author", OWN_WITHDRAWN, False),
    ("Author", OTHERS_DRAFT, False),
    ("Author", OTHERS_PUBLIC, False),
    *((role, target, True) for role in EDITORS for target in (OWN_PUBLIC, OTHERS_DRAFT)),
]


@pytest.mark.parametrize(("role", "target", "may"), OWN_ARTICLES)
def test_who_may_change_an_article(client, enter, role, target, may):
    article = article_of(target, enter(role))
    page = client.get(url(models.Article, "change", article.pk))
    sent = form_data(page) if may else {"title": "Other"}

    answer = client.post(url(models.Article, "change", article.pk), sent | {"summary": "In other words."})

    assert (page.status_code, page.context["has_change_permission"]) == (200, may)
    assert answer.status_code == (302 if may else 403)
    article.refresh_from_db()
    assert article.summary == ("In other words." if may else "")


@pytest.mark.parametrize(("role", "target", "may"), OWN_ARTICLES)
def test_who_may_restore_an_old_version_of_an_article(client, enter, role, target, may):
    article = article_of(target, enter(role))
    old = url(models.Article, "simple_history", article.pk, article.history.first().pk)
    page = client.get(old)
    sent = form_data_of(page) if may else {"title": "Other"}

    answer = client.post(old, sent | {"title": "Other"})

    assert (page.status_code, page.context["revert_disabled"]) == (200, not may)
    assert answer.status_code == (302 if may else 403)
    article.refresh_from_db()
    assert article.title == ("Other" if may else "Title of gazette")


def form_data_of(page):
    """What the form of an old version would send; it has no rows below it."""
    return form_data(SimpleNamespace(context={"adminform": page.context["adminform"], "inline_admin_formsets": []}))


def test_an_author_adds_an_article_and_a_person(client, enter):
    enter("Author")
    publisher = make.PublisherFactory()
    article = {"slug": "gazette", "title": "Glee", "publisher": publisher.pk, "published": DAY, "language": "en"}

    saved(client.post(url(models.Article, "add"), article))
    saved(client.post(url(models.Person, "add"), {"slug": "firefly", "name": "Firefly", "aliases": ""}))

    assert client.get(url(models.Article, "change", models.Article.objects.get().pk)).context["has_change_permission"]
    assert models.Person.objects.get().name == "Firefly"


# All pages: who may see, add, change and delete what


def allowed(client, user, model):
    """What of view, add, change and delete the pages of a model let this user do, by what the pages answer."""
    row = ROWS[model]()
    made(row, user) if hasattr(row, "history") else None
    answers = {
        "view": client.get(url(model, "change", row.pk)),
        "add": client.get(url(model, "add")),
        "delete": client.get(url(model, "delete", row.pk)),
    }
    may = {name for name, answer in answers.items() if answer.status_code == 200}
    lists = client.get(url(model, "changelist")).status_code == 200
    assert ("view" in may) == lists
    if hasattr(row, "history"):
        assert lists == (client.get(url(model, "history", row.pk)).status_code == 200)
    return may | ({"change"} if "view" in may and answers["view"].context["has_change_permission"] else set())


ROWS = {
    models.Round: make.RoundFactory,
    models.Swap: make.SwapFactory,
    models.Proposal: make.ProposalFactory,
    models.Event: make.EventFactory,
    models.Article: make.ArticleFactory,
    models.Publisher: make.PublisherFactory,
    models.Process: make.ProcessFactory,
    models.Party: make.PartyFactory,
    models.Person: make.PersonFactory,
    models.Issue: make.IssueFactory,
    models.Citation: make.CitationFactory,
    models.Delegate: make.DelegateFactory,
    models.Transfer: make.TransferFactory,
    models.Provision: make.ProvisionFactory,
    models.Account: make.AccountFactory,
    models.FormerSlug: make.FormerSlugFactory,
    User: lambda: User.objects.create_user("new"),
    Group: lambda: Group.objects.create(name="New"),
}
ALL = {"view", "add", "change", "delete"}
SHOWN = (models.Citation, models.Delegate, models.Transfer, models.Provision, models.Account, models.FormerSlug)
READ = {model: {"view"} for model in SHOWN}  # they are edited on the page of what they belong to
VOCABULARY = (models.Publisher, models.Process, models.Party, models.Issue)
EXPECTED = {
    "Nobody": {},
    "Author": {
        **READ,
        **dict.fromkeys(models.KINDS.values(), ALL),  # of drafts of one's own, as these are
        **{model: {"view"} for model in VOCABULARY},
        models.Article: {"view", "add", "change"},
        models.Person: {"view", "add"},
    },
    "Editor": {**READ, **dict.fromkeys((*models.KINDS.values(), *VOCABULARY, models.Article, models.Person), ALL)},
}
EXPECTED["Admin"] = EXPECTED["Editor"] | {User: ALL, Group: ALL}
EXPECTED["Superuser"] = EXPECTED["Admin"]


@pytest.mark.parametrize("role", EXPECTED)
@pytest.mark.parametrize("model", ROWS)
def test_what_each_role_may_do_on_each_page(client, enter, role, model):
    assert allowed(client, enter(role), model) == EXPECTED[role].get(model, set())


@pytest.mark.parametrize(("role", "status"), [("Nobody", 403), *((role, 200) for role in ROLES)])
@pytest.mark.parametrize(("model", "column"), [(models.Citation, "article"), (models.Delegation, "round")])
def test_who_may_see_rows_may_choose_from_them(client, enter, role, status, model, column):
    enter(role)

    assert client.get(reverse("admin:autocomplete"), autocomplete(model, column)).status_code == status


PERMISSIONS = {
    "talks.publish_entry": EDITORS,
    "talks.merge_rows": EDITORS,
    "talks.add_import": EDITORS,
    "talks.change_import": EDITORS,
    "talks.view_import": EDITORS,
    "talks.delete_import": ["Admin", "Superuser"],
    "talks.view_change": ROLES,
    "talks.change_change": EDITORS,
    "talks.view_linkcheck": ROLES,
    "talks.change_linkcheck": EDITORS,
    "auth.change_user": ["Admin", "Superuser"],
    "auth.change_group": ["Admin", "Superuser"],
}


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_permissions_beside_those_for_pages(permission):
    users = [in_role(role) for role in ("Nobody", *ROLES)]

    assert [user.username.title() for user in users if user.has_perm(permission)] == PERMISSIONS[permission]


def test_a_role_alone_does_not_let_anyone_in(client, enter):
    user = enter("Editor")
    user.is_staff = False
    user.save()

    answer = client.get(url(models.Round, "changelist"))

    assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/admin/login/")


@pytest.mark.parametrize("kind", models.KINDS)
def test_an_author_previews_every_draft(client, enter, kind):
    entry = entry_of(OTHERS_DRAFT, enter("Author"), kind)

    assert client.get(f"/{entry.SECTION}/glee/?preview=1").status_code == 200


@pytest.mark.parametrize("rows", [1, 6])
def test_asking_whose_rows_are_takes_as_many_queries_for_many(client, enter, django_assert_num_queries, rows):
    user = enter("Author")
    entries = [made(make.EventFactory(), user) for _ in range(rows)]
    data = {"action": "delete_selected", "_selected_action": [entry.pk for entry in entries]}
    client.post(url(models.Event, "changelist"), data)

    with django_assert_num_queries(23):
        asked = client.post(url(models.Event, "changelist"), data)

    assert asked.context["perms_lacking"] == set()


# The migration


def test_the_roles_are_there_after_the_migrations():
    assert set(Group.objects.values_list("name", flat=True)) == {"Author", "Editor", "Admin"}
    for group in Group.objects.all():
        held = set(group.permissions.values_list("codename", flat=True))
        assert held == migration.ROLES[group.name]


def test_the_migration_makes_the_permissions_that_do_not_exist_yet():
    before = set(Permission.objects.values_list("content_type__model", "codename", "name"))
    Permission.objects.all().delete()
    Group.objects.all().delete()
    state = MigrationLoader(connection).project_state([("talks", "0005_roles")]).apps

    migration.make_permissions(state, SimpleNamespace(connection=connection))
    migration.make_groups(state, None)

    made_now = set(Permission.objects.values_list("content_type__model", "codename", "name"))
    assert made_now <= before
    assert {group.name: group.permissions.count() for group in Group.objects.all()} == {
        name: len(codenames) for name, codenames in migration.ROLES.items()
    }


def test_the_migration_can_be_taken_back(django_user_model):
    user = in_role("Editor")

    migration.remove_groups(import_module("django.apps").apps, None)

    assert (Group.objects.count(), user.groups.count()) == (0, 0)
