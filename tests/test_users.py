"""What the role Admin may do with users and groups: nobody gives more than they have, nor touches who has more."""

import re

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse
from django.utils.translation import override

from tests.admin_pages import form_data, form_page, url
from tests.staff import in_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(client):
    """A user in the role Admin, logged in."""
    user = in_role("Admin", "chief")
    client.force_login(user)
    return user


@pytest.fixture
def root():
    return in_role("Superuser", "root")


def powerful_group():
    group = Group.objects.create(name="Power")
    group.permissions.add(Permission.objects.get(codename="delete_logentry"))
    return group


def user_form(client, user):
    data = form_data(form_page(client, url(User, "change", user.pk)))
    return {name: value for name, value in data.items() if not name.startswith(("last_login", "date_joined"))} | {
        "date_joined_0": "2031-05-01",
        "date_joined_1": "10:00:00",
    }


def test_an_admin_cannot_make_a_superuser_of_anyone_nor_give_single_permissions(client, chief):
    other = in_role("Author", "other")
    for user in (chief, other):
        sent = user_form(client, user) | {"is_superuser": "on", "user_permissions": [Permission.objects.first().pk]}
        answer = client.post(url(User, "change", user.pk), sent | {"first_name": "Otis"})

        now = User.objects.get(pk=user.pk)
        assert (answer.status_code, now.first_name) == (302, "Otis")
        assert (now.is_superuser, now.user_permissions.count()) == (False, 0)


@pytest.mark.parametrize("active", [True, False])
@pytest.mark.parametrize("page", ["change", "password", "delete"])
def test_an_admin_cannot_touch_a_superuser(client, chief, root, page, active):
    User.objects.filter(pk=root.pk).update(is_active=active)
    address = f"/admin/auth/user/{root.pk}/password/" if page == "password" else url(User, page, root.pk)
    sent = {"password1": "a-night-at-the-opera", "password2": "a-night-at-the-opera", "post": "yes", "username": "x"}

    answer = client.post(address, sent | {"usable_password": "true"})

    assert answer.status_code == 403
    kept = User.objects.get(pk=root.pk)
    assert (kept.username, kept.check_password("opera")) == ("root", True)


def test_an_admin_cannot_delete_a_superuser_on_the_list(client, chief, root):
    other = in_role("Author", "other")
    sent = {"action": "delete_selected", "_selected_action": [root.pk, other.pk], "post": "yes"}

    assert client.post(url(User, "changelist"), sent).status_code == 403
    assert User.objects.filter(pk__in=[root.pk, other.pk]).count() == 2


@pytest.mark.parametrize("active", [True, False])
@pytest.mark.parametrize("by", ["a group", "a single permission"])
def test_an_admin_cannot_take_over_who_may_do_more(client, chief, by, active):
    other = User.objects.create_user("other", password="opera", is_staff=True, is_active=active)
    if by == "a group":
        other.groups.add(powerful_group())
    else:
        other.user_permissions.add(Permission.objects.get(codename="delete_logentry"))

    answers = [client.post(url(User, page, other.pk), {"post": "yes"}) for page in ("change", "delete")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert client.post(f"/admin/auth/user/{other.pk}/password/", {}).status_code == 403


def test_an_admin_cannot_join_a_group_that_may_do_more(client, chief):
    group = powerful_group()

    answer = client.post(url(User, "change", chief.pk), user_form(client, chief) | {"groups": [group.pk]})

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors.keys() == {"groups"}
    assert set(chief.groups.values_list("name", flat=True)) == {"Admin"}


def test_an_admin_cannot_give_a_group_what_no_admin_may(client, chief):
    group, power = Group.objects.get(name="Admin"), Permission.objects.get(codename="delete_logentry")
    own = list(group.permissions.values_list("pk", flat=True))

    answer = client.post(url(Group, "change", group.pk), {"name": "Admin", "permissions": [*own, power.pk]})

    assert answer.context["adminform"].form.errors.keys() == {"permissions"}
    assert not group.permissions.filter(pk=power.pk).exists()


@pytest.mark.parametrize("page", ["change", "delete"])
def test_an_admin_cannot_change_or_delete_a_group_that_may_do_more(client, chief, page):
    group = powerful_group()

    assert client.post(url(Group, page, group.pk), {"name": "Weak", "post": "yes"}).status_code == 403
    assert Group.objects.filter(name="Power").exists()


def test_an_admin_adds_a_user_and_gives_a_role(client, chief):
    sent = {"username": "new", "password1": "a-night-at-the-opera", "password2": "a-night-at-the-opera"}
    client.post(url(User, "add"), sent | {"usable_password": "true"})
    new, editor = User.objects.get(username="new"), Group.objects.get(name="Editor")

    page = client.get(url(User, "change", new.pk))
    answer = client.post(
        url(User, "change", new.pk), user_form(client, new) | {"groups": [editor.pk], "is_staff": "on"}
    )

    assert answer.status_code == 302
    assert list(new.groups.all()) == [editor]
    for sentence in ("<b>Author</b> adds entries", "<b>Editor</b> changes everything", "<b>Admin</b> does what"):
        assert sentence in page.content.decode()


def test_roles_are_called_in_the_language_of_the_page(client, root):
    client.force_login(root)
    with override("uk"):
        addresses = [url(User, "change", root.pk), url(User, "changelist"), url(Group, "changelist")]
        pages = [client.get(one).content.decode() for one in [*addresses, reverse("admin:first-day")]]

    for role, named in {"Author": "Автор", "Editor": "Редактор", "Admin": "Адміністратор"}.items():
        assert [re.findall(rf">\s*({role}|{named})\s*<", page) for page in pages] == [[named] * 2, *[[named]] * 3]


def test_a_superuser_may_do_all(client, root):
    client.force_login(root)
    page = client.get(url(User, "change", root.pk))

    assert {"is_superuser", "user_permissions", "groups"} <= page.context["adminform"].form.fields.keys()
    assert powerful_group() in page.context["adminform"].form.fields["groups"].queryset


# The first day


@pytest.mark.parametrize("role", ["Author", "Editor", "Admin"])
def test_a_page_for_the_first_day_says_how_work_goes_and_who_may_do_what(client, role):
    client.force_login(in_role(role))

    index, page = client.get("/admin/").content.decode(), client.get("/admin/first-day/").content.decode()

    assert 'href="/admin/first-day/"' in index
    assert 'href="/admin/talks/article/add/"' in page
    for sentence in ("Every fact is a report", "<dt>Author</dt>", "decides what is public"):
        assert sentence in page


def test_the_first_day_is_for_those_who_may_enter(client):
    assert client.get("/admin/first-day/")["Location"] == "/admin/login/?next=/admin/first-day/"
