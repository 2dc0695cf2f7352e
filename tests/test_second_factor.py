"""A second factor: the login asks for it after the password, and nothing leads around it."""

import logging
import re
import subprocess
import sys
import time

import pytest
from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from talks.admin.factor.known import PASSWORD_GIVEN
from talks.editing.devices import new_recovery_codes
from talks.models import SecurityKey
from tests.admin_pages import url
from tests.factories import reported
from tests.html import hidden_fields
from tests.staff import in_role

pytestmark = pytest.mark.django_db
LOGIN, FACTOR = "/admin/login/", "/admin/second-factor/"
HARBOURS = {"title": "Harbours", "slug": "harbours", "group": "Matters", "order": "1"}


@pytest.fixture
def editor():
    return in_role("Editor", "otis")


@pytest.fixture
def phone(editor):
    return TOTPDevice.objects.create(user=editor, name="Phone")


def code(device, ahead=0):
    """What the app shows now, or so many codes later."""
    totp = TOTP(device.bin_key)
    totp.time = time.time() + 30 * ahead
    return f"{totp.token():06}"


def give_password(client, username="otis", path=LOGIN, **more):
    return client.post(path, {"username": username, "password": "opera"}, **more)


def give(client, typed, path=LOGIN, **more):
    return client.post(path, {"code": typed}, **more)


def is_in(client):
    return client.get("/admin/").status_code == 200


def shown_codes(page):
    return re.findall(r"<li><code>([a-z2-7-]{19})</code>", page.content.decode())


# The login


@pytest.mark.sql
@pytest.mark.parametrize(("language", "heading"), [("", "Second step of the login"), ("/uk", "Другий крок входу")])
def test_after_the_password_the_login_asks_for_a_code_and_until_then_one_is_nobody(client, phone, language, heading):
    draft = reported("round", "secret-talks", published=False)
    wanted = f"{language}/admin/talks/round/"

    after_password = give_password(client, path=f"{language}{LOGIN}?next={wanted}")
    page = client.get(after_password["Location"])
    early = [client.get(address).status_code for address in ("/admin/", f"/rounds/{draft.slug}/?preview=1", FACTOR)]
    key = client.session.session_key
    answer = give(client, code(phone), path=after_password["Location"])

    assert after_password["Location"].startswith(f"{language}{LOGIN}?next=")
    assert f"<h1>{heading}</h1>" in page.content.decode()
    assert 'autocomplete="one-time-code"' in page.content.decode()
    assert early == [302, 404, 302]
    assert (answer.status_code, answer["Location"]) == (302, wanted)
    assert client.session.session_key != key
    assert client.get(wanted).status_code == 200
    assert client.get(f"/rounds/{draft.slug}/?preview=1").status_code == 200


@pytest.mark.sql
def test_a_code_lets_nobody_in_twice(client, phone):
    typed = code(phone)
    give_password(client)
    first, second = give(client, f"{typed[:3]} {typed[3:]}"), Client()
    give_password(second)
    again = give(second, typed)

    assert (first.status_code, again.status_code) == (302, 200)
    assert "This code is not right, or was used before." in again.content.decode()
    assert (is_in(client), is_in(second)) == (True, False)


def test_a_step_that_leads_elsewhere_leads_to_the_admin(client, phone):
    after_password = give_password(client, path=f"{LOGIN}?next=https://evil.example/")

    answer = give(client, code(phone), path=f"{LOGIN}?next=https://evil.example/")

    assert [
        one["Location"].endswith("/admin/") or one["Location"].endswith("%2Fadmin%2F")
        for one in (after_password, answer)
    ] == [True, True]


def test_ten_minutes_after_the_password_it_is_asked_for_again(client, phone):
    give_password(client)
    session = client.session
    session[PASSWORD_GIVEN] -= 601
    session.save()

    assert give(client, code(phone)).context["form"].fields.keys() == {"username", "password"}
    assert is_in(client) is False


def test_who_waits_can_log_in_as_somebody_else(client, phone):
    in_role("Author", "author")
    give_password(client)
    answer = client.post(LOGIN, {"again": "1", "next": "/admin/talks/"}, follow=True)
    give_password(client, "author")

    assert answer.redirect_chain == [("/admin/login/?next=%2Fadmin%2Ftalks%2F", 302)]
    assert 'name="password"' in answer.content.decode()
    assert is_in(client)


def test_failures_of_both_steps_count_together_for_the_account(client, phone, caplog):
    caplog.set_level(logging.INFO)
    for number in range(5):
        client.post(LOGIN, {"username": "otis", "password": "wrong"}, REMOTE_ADDR=f"192.0.2.{number}")
    give_password(client)
    answers = [give(client, "000-secret", REMOTE_ADDR=f"192.0.2.{10 + number}").status_code for number in range(5)]

    late = give(client, code(phone), REMOTE_ADDR="198.51.100.1")

    assert (answers, late.status_code) == ([200] * 4 + [429], 429)
    assert "Too many failed logins" in late.content.decode()
    assert is_in(client) is False
    lines = [record.getMessage() for record in caplog.records if record.name.startswith(("talks", "axes"))]
    assert lines[4:6] + lines[-1:] == [
        "login failed: user 'otis' from 192.0.2.4",
        "second step of login failed: user 'otis' from 192.0.2.10",
        "second step of login refused: user 'otis' from 198.51.100.1",
    ]
    assert not AccessAttempt.objects.filter(post_data__contains="secret").exists()


def test_failures_of_the_second_step_count_for_the_address_too(client, phone):
    give_password(client)
    answers = [give(client, "000000").status_code for _try in range(10)]
    in_role("Author", "author")

    assert answers == [200] * 9 + [429]
    assert give_password(Client(), "author").status_code == 429


@pytest.mark.parametrize(
    "answer", ["{}", "nonsense", "[]", '{"id": "AA", "rawId": "AA", "type": "public-key"}', "null"]
)
def test_an_answer_that_no_key_gave_counts_as_a_failure(client, phone, answer):
    give_password(client)

    page = client.post(LOGIN, {"answer": answer})

    assert (page.status_code, AccessAttempt.objects.get().failures_since_start) == (200, 1)
    assert "The key did not answer" in page.content.decode()


def test_a_session_from_before_the_second_factor_is_nobodys(client, editor):
    client.force_login(editor)
    before = is_in(client)
    TOTPDevice.objects.create(user=editor, name="Phone")

    assert (before, is_in(client)) == (True, False)


def test_a_form_from_before_the_login_is_sent_again_through_both_steps(phone):
    client = Client(enforce_csrf_checks=True)
    address, own = "/admin/talks/issue/add/", {"HTTP_ORIGIN": "http://testserver"}

    def token():
        return re.search(r'csrfmiddlewaretoken" value="(\w+)', client.get(LOGIN).content.decode())[1]

    def send(stale):
        return client.post(address, HARBOURS | {"csrfmiddlewaretoken": stale}, **own)

    first = token()
    answers = [send(first)]
    client.post(LOGIN, {"username": "otis", "password": "opera", "csrfmiddlewaretoken": first})
    answers.append(send(first))
    client.post(LOGIN, {"code": code(phone), "csrfmiddlewaretoken": token()})
    answers.append(send(first))

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert [answer.context["title"] for answer in answers] == [
        "Not saved yet: you are no longer logged in",
        "Not saved yet: you are no longer logged in",
        "Not saved yet: please send it once more",
    ]
    assert [hidden_fields(answer)["title"] for answer in answers] == ["Harbours"] * 3
    fresh = re.search(r'csrfmiddlewaretoken" value="(\w+)', answers[-1].content.decode())[1]
    assert send(fresh)["Location"] == "/admin/talks/issue/"


# Setting one up


def set_up(client):
    """The page after a first app was added."""
    client.get(f"{FACTOR}app/")
    return client.post(f"{FACTOR}app/", {"name": "Phone", "code": code(TOTPDevice.objects.get())})


@pytest.mark.sql
def test_who_may_publish_sets_one_up_first_where_it_is_required(client, editor, settings):
    settings.SECOND_FACTOR = "required"
    wanted = give_password(client, path=f"{LOGIN}?next=/admin/talks/round/")
    led = client.get(wanted["Location"], follow=True)
    kept = client.post("/admin/talks/issue/add/", HARBOURS)
    page = client.get(f"{FACTOR}app/").content.decode()
    wrong = client.post(f"{FACTOR}app/", {"name": "Phone", "code": "000000"})
    key = client.session.session_key

    done = set_up(client)

    assert led.redirect_chain[-1] == (FACTOR, 302)
    assert "Whoever decides what is public needs a second factor" in led.content.decode()
    assert (kept.status_code, hidden_fields(kept)["title"]) == (403, "Harbours")
    assert 'class="qrline"' in page
    assert (" style=" in page, "<style" in page) == (False, False)
    assert wrong.context["form"].errors.keys() == {"code"}
    assert TOTPDevice.objects.get().confirmed
    assert len(shown_codes(done)) == 10
    assert client.session.session_key != key
    assert is_in(client)


@pytest.mark.parametrize("role", ["Author", "Editor", "Admin", "Superuser"])
def test_where_it_is_required_it_is_of_those_who_may_publish(client, settings, role):
    client.force_login(in_role(role))
    opened = {}
    for settings.SECOND_FACTOR in ("offered", "off", "required"):
        opened[settings.SECOND_FACTOR] = [client.get(page).status_code for page in ("/", "/admin/", FACTOR)]
    client.post("/admin/logout/")

    assert opened == {
        "offered": [200, 200, 200],
        "off": [200, 200, 404],
        "required": [200, 200 if role == "Author" else 302, 200],
    }
    assert "_auth_user_id" not in client.session


def test_where_it_is_off_nobody_is_asked(client, phone, settings):
    settings.SECOND_FACTOR = "off"
    give_password(client)

    assert is_in(client)
    assert FACTOR not in client.get("/admin/").content.decode()


def test_the_first_day_and_each_page_lead_to_it(client, editor):
    client.force_login(editor)

    assert f'href="{FACTOR}"' in client.get("/admin/").content.decode()
    assert "keep its recovery codes" in " ".join(client.get("/admin/first-day/").content.decode().split())


@pytest.mark.sql
def test_each_recovery_code_lets_in_once_until_new_ones_are_made(client, editor, phone):
    old = new_recovery_codes(editor)
    give_password(client)
    give(client, old[0].upper().replace("-", " "))
    page = client.post(f"{FACTOR}codes/")
    new, others = shown_codes(page), [Client() for _try in range(3)]
    for other in others:
        give_password(other)

    answers = [give(other, typed).status_code for other, typed in zip(others, (old[1], new[0], new[0]), strict=True)]

    assert answers == [200, 302, 200]
    assert not StaticToken.objects.filter(token__in=old + new).exists()
    assert {len(token) for token in StaticToken.objects.values_list("token", flat=True)} == {16}
    assert shown_codes(client.get(f"{FACTOR}codes/")) == []


def test_who_has_few_recovery_codes_left_is_told(client, editor, phone):
    codes = new_recovery_codes(editor)
    StaticToken.objects.filter(pk__in=StaticToken.objects.values("pk")[:6]).delete()
    told = []
    for typed in codes:
        other = Client()
        give_password(other)
        if give(other, typed).status_code == 302:
            told.append(other.get("/admin/").content.decode())

    assert [f"You have {number} recovery code" in page for number, page in zip((3, 2, 1, 0), told, strict=True)] == [
        True
    ] * 4
    assert [f'<a href="{FACTOR}">Make new ones</a>' in page for page in told] == [True] * 4


def test_a_device_is_renamed_and_removed_but_not_the_only_one_that_is_needed(client, editor, phone, settings):
    settings.SECOND_FACTOR = "required"
    give_password(client)
    give(client, code(phone))
    address = f"{FACTOR}app/{phone.pk}/"
    client.post(address, {"name": "Old phone"})
    refused = client.post(address, {"remove": "1"})
    key = SecurityKey.objects.create(user=editor, name="Blue key", credential="")

    client.post(address, {"remove": "1"})

    assert refused.status_code == 403
    assert "“Old phone” was removed." in client.get(FACTOR).content.decode()
    assert "Phone" not in client.get(FACTOR).content.decode()
    assert client.post(f"{FACTOR}key/{key.pk}/", {"remove": "1"}).status_code == 403
    assert is_in(client)


def test_keys_are_offered_only_where_browsers_know_them(client, editor):
    client.force_login(editor)
    hosts = [{"SERVER_NAME": "localhost"}, {"SERVER_NAME": "127.0.0.1"}, {}, {"secure": True}]

    assert [client.get(f"{FACTOR}key/", **host).status_code for host in hosts] == [200, 404, 404, 200]
    assert "Security keys need an address by name" in client.get(FACTOR).content.decode()


def test_nobody_sees_the_devices_of_others(client, editor, phone):
    client.force_login(in_role("Admin", "chief"))

    assert client.get(f"{FACTOR}app/{phone.pk}/").status_code == 404
    assert client.get("/admin/otp_totp/totpdevice/").status_code == 404


# A lost device


def test_an_admin_takes_a_lost_device_and_its_sessions_end(client, editor, phone):
    new_recovery_codes(editor)
    give_password(client)
    give(client, code(phone))
    chief = Client()
    chief.force_login(in_role("Admin", "chief"))
    address = f"/admin/auth/user/{editor.pk}/second-factor/"

    before = is_in(client)
    links = chief.get(url(User, "change", editor.pk)).content.decode()
    page = chief.post(address, {"remove": f"app-{phone.pk}"}, follow=True)

    assert (before, is_in(client)) == (True, False)
    assert f'href="{address}"' in links
    assert "No second factor is set up." in page.content.decode()
    assert (TOTPDevice.objects.count(), StaticToken.objects.count()) == (0, 0)
    entry = LogEntry.objects.get(object_id=editor.pk)
    assert (entry.user.username, entry.get_change_message()) == ("chief", "Deleted second factor “Phone”.")
    assert give_password(client)["Location"] == "/admin/"


def test_an_admin_cannot_take_that_of_a_superuser_nor_an_editor_that_of_anybody(client, editor):
    root = in_role("Superuser", "root")
    device = TOTPDevice.objects.create(user=root, name="Phone")
    for user in (in_role("Admin", "chief"), editor):
        client.force_login(user)
        answer = client.post(f"/admin/auth/user/{root.pk}/second-factor/", {"remove": f"app-{device.pk}"})
        assert answer.status_code == 403
    assert TOTPDevice.objects.filter(pk=device.pk).exists()


def test_a_command_takes_it_from_who_has_lost_all(client, editor, phone, capsys):
    call_command("remove_second_factor", "otis")

    assert capsys.readouterr().out == "  removed: Phone\n1 devices of otis removed.\n"
    assert give_password(client)["Location"] == "/admin/"
    with pytest.raises(CommandError, match="There is no user"):
        call_command("remove_second_factor", "nobody")


def setting_with(**environment):
    """What the settings say of the second factor, or why they refuse, with this environment."""
    given = {"SECRET_KEY": "0123456789" * 6, "ALLOWED_HOSTS": "gazette.example", **environment}
    code = "from talks import settings; print(settings.SECOND_FACTOR)"
    run = subprocess.run([sys.executable, "-c", code], env=given, capture_output=True, text=True, check=False)
    return (run.stdout or run.stderr).strip().splitlines()[-1].rpartition("ImproperlyConfigured: ")[2]


def test_it_is_required_in_production_unless_the_settings_say_otherwise():
    assert setting_with() == "required"
    assert setting_with(HTTPS="0") == "offered"
    assert setting_with(SECOND_FACTOR="off") == "off"
    assert setting_with(SECOND_FACTOR="1") == "SECOND_FACTOR is '1'; write one of required, offered, off"
