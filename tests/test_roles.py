"""What each role may do: on each page, with each action and inline, for what is one's own and what is not."""

import re
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import RequestFactory
from django.urls import reverse
from django.utils.text import slugify

from talks import models
from talks.models.roles import ROLES as ROLES_TODAY
from tests import admin_pages
from tests import factories as make
from tests.admin_pages import DAY, WHY, autocomplete, errors, form_page, saved, url, with_row
from tests.staff import give_role, in_role, made

pytestmark = pytest.mark.django_db
migration = import_module("talks.migrations.0005_roles")
REFUSED = "Only editors publish, take back and withdraw entries; ask one of them."
READ_ONLY = re.compile(r'<label>(.+?)</label>\s*<div class="readonly">(.*?)</div>', re.DOTALL)
EDITORS = ["Editor", "Admin", "Superuser"]
ROLES = ["Author", *EDITORS]
ALL = {"view", "add", "change", "delete"}


# Whose an entry is, and what it is. The last three are nobody's own.
OWN_DRAFT, OWN_PUBLIC, OWN_WITHDRAWN = "own draft", "own published", "own withdrawn"
OTHERS_DRAFT, OTHERS_PUBLIC, LOADED_DRAFT = "another's draft", "another's published", "a loaded draft"
TARGETS = [OWN_DRAFT, OWN_PUBLIC, OWN_WITHDRAWN, OTHERS_DRAFT, OTHERS_PUBLIC, LOADED_DRAFT]
KIND = {"round": {}, "swap": {}, "proposal": {}, "event": {"event_kind": "statement"}}
# A role, a target, and whether the role may edit it; all roles and targets are asked in memory, these pages by HTTP.
WAYS = [
    ("Author", OWN_DRAFT, True),
    ("Author", OWN_PUBLIC, False),
    ("Author", OTHERS_DRAFT, False),
    ("Editor", OTHERS_DRAFT, True),
    ("Admin", OTHERS_PUBLIC, True),
    ("Superuser", OWN_WITHDRAWN, True),
]
each_way = pytest.mark.parametrize(("role", "target", "may"), WAYS)


@pytest.fixture(scope="module")
def targets(once):
    """The user “me”, and of each target an entry of each kind, a round's delegation, and the article that reports it.

    The article is the user's own, too, unless the entry is another's.
    """
    me, another = User.objects.create_user("me", is_staff=True), User.objects.create_user("another")
    owners = {"own": me, "another's": another, "a": None}
    for target in TARGETS:
        owner = owners[target.partition(" ")[0]]
        article = made(make.ArticleFactory(slug=slug_of("gazette", target)), None if owner == another else me)
        for kind in models.KINDS:
            entry = make.reported(kind, slug_of(kind, target), article, start=DAY, title="Glee")
            if kind == "round":
                delegation = make.DelegationFactory(round=entry, article=article, party__slug="freedonia")
                make.DelegateFactory(delegation=delegation)
            for publication in ("draft", "withdrawn"):
                if target.endswith(publication):
                    models.Entry.objects.filter(pk=entry.pk).update(publication=publication)
            made(entry, owner)


@pytest.fixture
def enter(targets, client):
    """Gives the user “me” a role and logs in; gives the user."""

    def enter_as(role):
        user = give_role(User.objects.get(username="me"), role)
        client.force_login(user)
        return user

    return enter_as


def slug_of(sort, target):
    return slugify(f"{sort} {target}")


def entry_of(target, kind="round"):
    return models.KINDS[kind].objects.get(slug=slug_of(kind, target))


def delegation_of(target):
    return models.Delegation.objects.get(round=entry_of(target))


def article_of(target):
    return models.Article.objects.get(slug=slug_of("gazette", target))


def form_data(page):
    """What the form on a page would send with a reason, which is asked for what is published."""
    return admin_pages.form_data(page) | {"reason": "A test."}


# In memory: whose is what, for all roles, targets and kinds


def request_of(user):
    request = RequestFactory().get("/admin/")
    request.user = user
    return request


def permissions(request, row):
    """What of view, add, change and delete the admin of a row's model allows for it."""
    admin = site._registry[type(row)]
    may = {name: getattr(admin, f"has_{name}_permission") for name in ("view", "change", "delete")}
    return {name for name, asked in may.items() if asked(request, row)} | (
        {"add"} if admin.has_add_permission(request) else set()
    )


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("sort", [*models.KINDS, "delegation"])
def test_authors_edit_their_own_drafts_and_editors_every_entry(enter, role, sort):
    request = request_of(enter(role))
    rows = {target: delegation_of(target) if sort == "delegation" else entry_of(target, sort) for target in TARGETS}

    may = {target: permissions(request, row) for target, row in rows.items()}

    others = ALL if role in EDITORS else {"view", "add"}  # everybody sees everything
    assert may == {target: ALL if target == OWN_DRAFT else others for target in TARGETS}


@pytest.mark.parametrize("role", ROLES)
def test_authors_edit_their_own_articles_until_an_entry_of_them_is_public(enter, role):
    request = request_of(enter(role))

    may = {target: permissions(request, article_of(target)) for target in TARGETS}

    own = {OWN_DRAFT, LOADED_DRAFT}  # the article is the author's own, whoever wrote the draft
    assert may == {
        target: ALL if role in EDITORS else {"view", "add", "change"} if target in own else {"view", "add"}
        for target in TARGETS
    }


# Entries: their page, deletion, history


@pytest.mark.parametrize(
    ("role", "target", "may", "kind"),
    [*((*way, "round") for way in WAYS), *((*way, kind) for way in WAYS[:2] for kind in list(models.KINDS)[1:])],
)
def test_who_may_change_an_entry_and_the_rows_below_it(client, enter, role, target, may, kind):
    enter(role)
    entry = entry_of(target, kind)
    page = client.get(url(type(entry), "change", entry.pk))
    data = {"slug": entry.slug, "title": "Glee", "start": DAY, "precision": "day", "publication": entry.publication}
    sent = form_data(page) if may else data
    if role == "Author":
        sent.pop("publication", None)
    of_its_own = {"another": list(type(entry).objects.values_list("pk", flat=True))}

    answer = client.post(
        url(type(entry), "change", entry.pk), sent | {"summary": "In other words.", **KIND[kind], **of_its_own}
    )

    assert page.status_code == 200  # everybody sees everything
    assert page.context["has_change_permission"] == may
    inlines = page.context["inline_admin_formsets"]
    forms = {inline.opts.model.__name__: inline.has_change_permission for inline in inlines}
    rows = {"Citation", "Account"} | ({"Delegation"} if kind == "round" else set())
    assert {name: forms[name] for name in rows} == dict.fromkeys(rows, may)
    assert forms["FormerSlug"] == (may and role != "Author")
    assert answer.status_code == (302 if may else 403), may and errors(answer)
    assert (models.Entry.objects.get(pk=entry.pk).summary == "In other words.") == may


@each_way
def test_who_may_delete_an_entry(client, enter, role, target, may):
    enter(role)
    entry = entry_of(target)

    answer = client.post(url(models.Round, "delete", entry.pk), {"post": "yes"})

    assert answer.status_code == (302 if may else 403)
    assert models.Round.objects.filter(pk=entry.pk).exists() != may


@each_way
def test_who_may_delete_entries_on_the_list(client, enter, role, target, may):
    user = enter(role)
    entry = entry_of(target)
    mine = made(make.RoundFactory(title="Mine"), user)
    data = {"action": "delete_selected", "_selected_action": [entry.pk, mine.pk]}

    asked = client.post(url(models.Round, "changelist"), data)
    answer = client.post(url(models.Round, "changelist"), data | {"post": "yes"})

    assert asked.context["perms_lacking"] == (set() if may else {"Round: Glee"})
    assert answer.status_code == (302 if may else 403)
    assert models.Round.objects.filter(pk__in=[entry.pk, mine.pk]).count() == (0 if may else 2)


@each_way
def test_everybody_reads_the_history_of_an_entry_and_nobody_sends_an_old_version(client, enter, role, target, may):
    enter(role)
    entry = entry_of(target)
    version = entry.history.first().pk
    old = url(models.Round, "simple_history", entry.pk, version)

    answers = [
        client.get(url(models.Round, "history", entry.pk)),
        client.get(old),
        client.post(old, {"title": "Other"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 403]
    assert "You do not have access to this" in answers[2].content.decode()
    assert entry_of(target).title == "Glee"


@pytest.mark.parametrize("role", ROLES)
def test_former_addresses_are_for_editors(client, enter, role):
    enter(role)
    entry = entry_of(OWN_DRAFT)
    data = form_data(form_page(client, url(models.Round, "change", entry.pk))) | {"former_slugs-TOTAL_FORMS": 0}

    data = data | {"former_slugs-INITIAL_FORMS": 0}
    saved(client.post(url(models.Round, "change", entry.pk), with_row(data, "former_slugs", slug="once")))

    assert models.FormerSlug.objects.exists() == (role != "Author")


def test_rows_of_another_entry_cannot_be_changed_from_ones_own(client, enter):
    enter("Author")
    mine, theirs = entry_of(OWN_DRAFT), make.reported("round", "theirs", start=DAY)
    row = theirs.citations.get(field="start")
    data = form_data(form_page(client, url(models.Round, "change", mine.pk)))
    mention = next(i for i in range(int(data["citations-TOTAL_FORMS"])) if data[f"citations-{i}-value"] == DAY)

    forged = {f"citations-{mention}-id": row.pk, f"citations-{mention}-value": "2031-05-09"}
    client.post(url(models.Round, "change", mine.pk), data | forged)

    row.refresh_from_db()
    assert (row.entry_id, row.value) == (theirs.pk, DAY)


# Publishing


@each_way
@pytest.mark.parametrize(
    ("action", "then"), [("publish", "published"), ("unpublish", "draft"), ("withdraw", "withdrawn")]
)
def test_who_may_publish_take_back_and_withdraw(client, enter, role, target, may, action, then):
    enter(role)
    entry = entry_of(target)
    before = entry.publication

    client.post(url(models.Round, "changelist"), {"action": action, "_selected_action": [entry.pk], **WHY})

    entry.refresh_from_db()
    assert entry.publication == (before if role == "Author" else then)


@pytest.mark.parametrize(("role", "offered"), [("Author", 0), *((role, 3) for role in EDITORS)])
def test_actions_are_offered_only_to_who_may_use_them(client, enter, role, offered):
    enter(role)

    page = client.get(url(models.Round, "changelist")).content.decode()

    assert sum(f'value="{action}"' in page for action in ("publish", "unpublish", "withdraw")) == offered


@pytest.mark.parametrize("publication", ["published", "withdrawn"])
def test_an_author_who_sends_a_publication_is_refused_and_loses_nothing(client, enter, publication):
    enter("Author")
    entry = entry_of(OWN_DRAFT)
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
    data = form_data(form_page(client, url(models.Round, "add"))) | {
        "slug": "glee",
        "title": "Glee",
        "publication": "published",
    }
    data = with_row(data | {"citations-TOTAL_FORMS": 0}, "citations", article=gazette.pk)

    answer = client.post(url(models.Round, "add"), data)

    assert errors(answer) == [REFUSED]
    assert not models.Round.objects.filter(slug="glee").exists()


@pytest.mark.parametrize("kind", models.KINDS)
def test_an_author_adds_an_entry_changes_it_and_deletes_it(client, enter, gazette, kind):
    enter("Author")
    model = models.KINDS[kind]
    data = form_data(form_page(client, url(model, "add"))) | {"slug": "glee", "title": "Glee", **KIND[kind]}
    data = with_row(data | {"start": "2031-06-07", "citations-TOTAL_FORMS": 0}, "citations", article=gazette.pk)

    saved(client.post(url(model, "add"), data))
    entry = model.objects.get(slug="glee")
    change = form_data(form_page(client, url(model, "change", entry.pk))) | {"title": "More glee"}
    saved(client.post(url(model, "change", entry.pk), change))
    entry.refresh_from_db()
    client.post(url(model, "delete", entry.pk), {"post": "yes"})

    assert (entry.publication, entry.title, entry.first_reported) == ("draft", "More glee", gazette.published)
    assert not model.objects.filter(pk=entry.pk).exists()


def test_what_an_author_made_is_for_editors_once_it_is_published_and_again_the_authors_when_taken_back(client, enter):
    enter("Author")
    entry = entry_of(OWN_DRAFT)
    page = url(models.Round, "change", entry.pk)

    may = []
    for publication in ("draft", "published", "draft", "withdrawn"):
        models.Round.objects.filter(pk=entry.pk).update(publication=publication)
        may.append(client.get(page).context["has_change_permission"])

    assert may == [True, False, True, False]


def test_whose_an_entry_is_does_not_follow_who_changed_it_last(client, enter):
    user = enter("Author")
    entry = entry_of(OTHERS_DRAFT)
    entry._history_user = user
    entry.save()

    assert client.get(url(models.Round, "change", entry.pk)).context["has_change_permission"] is False


def test_a_page_for_reading_shows_facts_by_their_names_and_values(client, enter):
    enter("Author")
    make.PartyFactory(slug="klopstokia", name="Klopstokia")
    entry = make.reported("swap", "hats", mediators="klopstokia, freedonia", status="agreed")
    entry.chosen = {"number": "3"}
    entry.save()

    page = client.get(url(models.Swap, "change", entry.pk)).content.decode()

    shown = {label.strip(): value.strip() for label, value in READ_ONLY.findall(page)}
    assert shown["Mediators:"] == "Freedonia, Klopstokia"
    assert shown["Parties:"] == "–"
    assert [label for label in shown if "Fact" in label or label == "Dropped:"] == []


# Delegations, which have a page of their own


@each_way
def test_who_may_change_a_delegation_and_its_people(client, enter, role, target, may):
    enter(role)
    delegation = delegation_of(target)
    person = make.PersonFactory()
    page = client.get(url(models.Delegation, "change", delegation.pk))
    rows = {"delegates-TOTAL_FORMS": 1, "delegates-INITIAL_FORMS": 1}
    sent = form_data(page) if may else {"role": "party", "article": delegation.article_id, **rows}
    sent = with_row(sent | {"note": "Late."}, "delegates", person=person.pk, order=0)

    answer = client.post(url(models.Delegation, "change", delegation.pk), sent)

    assert (page.status_code, page.context["has_change_permission"]) == (200, may)
    assert page.context["inline_admin_formsets"][0].has_add_permission == may
    assert answer.status_code == (302 if may else 403)
    delegation.refresh_from_db()
    assert delegation.note == ("Late." if may else "")
    assert delegation.delegates.filter(person=person).exists() == may


@each_way
@pytest.mark.parametrize("how", ["page", "list"])
def test_who_may_delete_a_delegation(client, enter, role, target, may, how):
    enter(role)
    delegation = delegation_of(target)
    address, data = {
        "page": (url(models.Delegation, "delete", delegation.pk), {}),
        "list": (
            url(models.Delegation, "changelist"),
            {"action": "delete_selected", "_selected_action": [delegation.pk]},
        ),
    }[how]

    answer = client.post(address, data | {"post": "yes"})

    assert answer.status_code == (302 if may else 403)
    assert models.Delegation.objects.filter(pk=delegation.pk).exists() != may


@pytest.mark.parametrize(
    ("role", "target", "may"),
    [*(("Author", target, target == OWN_DRAFT) for target in TARGETS), *(way for way in WAYS if way[0] in EDITORS)],
)
def test_who_may_add_a_delegation(client, enter, role, target, may):
    enter(role)
    delegation = delegation_of(target)
    party = make.PartyFactory(slug="sylvania")
    data = form_data(form_page(client, url(models.Delegation, "add"))) | {
        "round": delegation.round_id,
        "article": delegation.article_id,
        "party": party.pk,
    }

    answer = client.post(url(models.Delegation, "add"), data)

    told = "“Glee” is not a draft of yours; choose one that is, or ask an editor to add this."
    assert errors(answer) == [told] if not may else saved(answer)
    assert models.Delegation.objects.filter(round=delegation.round_id).count() == 1 + may


@each_way
def test_nobody_restores_an_old_version_of_a_delegation_apart_from_its_round(client, enter, role, target, may):
    enter(role)
    delegation = delegation_of(target)
    delegation.note = "Late."
    delegation.save()
    old = url(models.Delegation, "simple_history", delegation.pk, delegation.history.last().pk)
    page = client.get(old)

    answer = client.post(old, {"article": delegation.article_id, "party": delegation.party_id, "role": "party"})

    assert (page.status_code, page.context["revert_disabled"], answer.status_code) == (200, True, 403)
    delegation.refresh_from_db()
    assert delegation.note == "Late."


# Articles and people


@each_way
def test_who_may_change_an_article(client, enter, role, target, may):
    enter(role)
    article = article_of(target)
    page = client.get(url(models.Article, "change", article.pk))
    sent = form_data(page) if may else {"title": "Other"}

    answer = client.post(url(models.Article, "change", article.pk), sent | {"summary": "In other words."})

    assert (page.status_code, page.context["has_change_permission"]) == (200, may)
    assert answer.status_code == (302 if may else 403)
    article.refresh_from_db()
    assert article.summary == ("In other words." if may else "")


@each_way
def test_who_may_restore_an_old_version_of_an_article(client, enter, role, target, may):
    enter(role)
    article = article_of(target)
    old = url(models.Article, "simple_history", article.pk, article.history.first().pk)
    page = client.get(old)
    sent = form_data_of(page) if may else {"title": "Other"}

    answer = client.post(old, sent | {"title": "Other"})

    assert (page.status_code, page.context["revert_disabled"]) == (200, not may)
    assert answer.status_code == (302 if may else 403)
    article.refresh_from_db()
    assert article.title == ("Other" if may else f"Title of {article.slug}")


def form_data_of(page):
    """What the form of an old version would send; it has no rows below it."""
    return form_data(SimpleNamespace(context={"adminform": page.context["adminform"], "inline_admin_formsets": []}))


def test_an_author_adds_an_article_and_a_person(client, enter):
    enter("Author")
    publisher = make.PublisherFactory()
    article = {"slug": "gazette", "title": "Glee", "publisher": publisher.pk, "published": DAY, "language": "en"}

    saved(client.post(url(models.Article, "add"), article))
    saved(client.post(url(models.Person, "add"), {"slug": "firefly", "name": "Firefly", "aliases": ""}))

    page = client.get(url(models.Article, "change", models.Article.objects.get(slug="gazette").pk))
    assert page.context["has_change_permission"]
    assert models.Person.objects.get(slug="firefly").name == "Firefly"


# All pages: who may see, add, change and delete what


def own_row(user, model):
    row = ROWS[model]()
    return made(row, user) if hasattr(row, "history") else row


def allowed(client, user, model):
    """What of view, add, change and delete the pages of a model let this user do, by what the pages answer."""
    row = own_row(user, model)
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
    models.Location: make.LocationFactory,
    models.Citation: make.CitationFactory,
    models.Delegate: make.DelegateFactory,
    models.Transfer: make.TransferFactory,
    models.Provision: make.ProvisionFactory,
    models.Account: make.AccountFactory,
    models.FormerSlug: make.FormerSlugFactory,
    User: lambda: User.objects.create_user("new"),
    Group: lambda: Group.objects.create(name="New"),
}
SHOWN = (models.Citation, models.Delegate, models.Transfer, models.Provision, models.Account, models.FormerSlug)
READ = {model: {"view"} for model in SHOWN}  # they are edited on the page of what they belong to
VOCABULARY = (models.Publisher, models.Process, models.Party, models.Location, models.Issue)
EXPECTED = {
    "Nobody": {},
    "Author": {
        **READ,
        **dict.fromkeys(models.KINDS.values(), ALL),  # of drafts of one's own, as these are
        **{model: {"view"} for model in VOCABULARY},
        models.Publisher: {"view", "add"},
        models.Article: {"view", "add", "change"},
        models.Person: {"view", "add"},
    },
    "Editor": {**READ, **dict.fromkeys((*models.KINDS.values(), *VOCABULARY, models.Article, models.Person), ALL)},
}
EXPECTED["Admin"] = EXPECTED["Editor"] | {User: ALL, Group: ALL}
EXPECTED["Superuser"] = EXPECTED["Admin"]


@pytest.mark.parametrize("role", EXPECTED)
def test_what_each_role_may_do_with_each_model(enter, role):
    user = enter(role)
    request, rows = request_of(user), {model: own_row(user, model) for model in ROWS}

    may = {model: permissions(request, row) for model, row in rows.items()}

    assert may == {model: EXPECTED[role].get(model, set()) for model in ROWS}


@pytest.mark.parametrize("role", EXPECTED)
@pytest.mark.parametrize("model", [models.Round, models.Person, models.Publisher, models.Citation, User])
def test_pages_let_each_role_do_what_it_may(client, enter, role, model):
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
    "talks.add_amendment": ROLES,
    "talks.change_amendment": EDITORS,
    "talks.delete_amendment": ["Superuser"],
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
    enter("Author")
    entry = entry_of(OTHERS_DRAFT, kind)

    assert client.get(f"/{entry.SECTION}/{entry.slug}/?preview=1").status_code == 200


@pytest.mark.parametrize("rows", [1, 6])
def test_asking_whose_rows_are_takes_as_many_queries_for_many(client, enter, django_assert_num_queries, rows):
    user = enter("Author")
    entries = [made(make.EventFactory(), user) for _ in range(rows)]
    data = {"action": "delete_selected", "_selected_action": [entry.pk for entry in entries]}
    client.post(url(models.Event, "changelist"), data)

    with django_assert_num_queries({"sqlite": 27, "postgresql": 28}[connection.vendor]):  # there, one takes the turn
        asked = client.post(url(models.Event, "changelist"), data)

    assert asked.context["perms_lacking"] == set()


# The migration


def test_the_roles_are_there_after_the_migrations():
    assert set(Group.objects.values_list("name", flat=True)) == {"Author", "Editor", "Admin"}
    for group in Group.objects.all():
        held = set(group.permissions.values_list("codename", flat=True))
        assert held == ROLES_TODAY[group.name]


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
