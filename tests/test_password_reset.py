"""A forgotten password is reset by mail, where mail is set up."""

import re
import subprocess
import sys

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.test import Client
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django_otp.plugins.otp_totp.models import TOTPDevice

from talks import urls
from tests.staff import in_role

pytestmark = pytest.mark.django_db
with_mail = pytest.mark.urls(__name__)
urlpatterns = [*i18n_patterns(*urls.password_reset, prefix_default_language=False), *urls.urlpatterns]
NEW = {"new_password1": "a-night-at-the-opera", "new_password2": "a-night-at-the-opera"}


@with_mail
@pytest.mark.parametrize("language", ["", "/uk"])
def test_who_forgot_a_password_sets_another_by_the_link_in_a_mail(client, language):
    user = in_role("Editor", "otis")
    User.objects.update(email="otis@gazette.example")
    assert f'href="{language}/admin/password_reset/"' in client.get(f"{language}/admin/login/").content.decode()

    asked = client.post(f"{language}/admin/password_reset/", {"email": "otis@gazette.example"}, follow=True)
    address = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)[1]
    page = client.get(address, follow=True)
    done = client.post(page.redirect_chain[-1][0], NEW, follow=True)

    assert [answer.status_code for answer in (asked, page, done)] == [200, 200, 200]
    header = {
        "": "Ukraine–Russia talks: the record · editing",
        "/uk": "Переговори України та Росії: хроніка · редагування",
    }[language]
    assert [header in answer.content.decode() for answer in (asked, page, done)] == [True] * 3
    assert mail.outbox[0].to == ["otis@gazette.example"]
    assert address.startswith(f"{language}/admin/reset/")
    assert f'href="{language}/admin/login/"' in done.content.decode()
    user.refresh_from_db()
    assert user.check_password(NEW["new_password1"])
    assert client.get("/admin/").status_code == 302
    assert Client().get(address, follow=True).context["validlink"] is False


@with_mail
def test_a_new_password_does_not_lead_around_the_second_factor(client):
    user = in_role("Editor", "otis")
    TOTPDevice.objects.create(user=user, name="Phone")
    link = f"/admin/reset/{urlsafe_base64_encode(force_bytes(user.pk))}/{default_token_generator.make_token(user)}/"
    client.post(client.get(link)["Location"], NEW)

    step = client.post("/admin/login/", {"username": "otis", "password": NEW["new_password1"]}, follow=True)

    assert step.context["form"].fields.keys() == {"code"}
    assert client.get("/admin/").status_code == 302


@with_mail
def test_whether_an_address_is_known_is_not_told(client):
    in_role("Editor", "otis")
    User.objects.update(email="otis@gazette.example")

    pages = [client.post("/admin/password_reset/", {"email": f"{one}@gazette.example"}) for one in ("otis", "nobody")]

    assert [(page.status_code, page["Location"]) for page in pages] == [(302, "/admin/password_reset/done/")] * 2
    assert len(mail.outbox) == 1


def test_without_mail_there_is_no_link_and_no_page(client):
    assert "password_reset" not in client.get("/admin/login/").content.decode()
    assert client.get("/admin/password_reset/").status_code == 302  # to the login, as any address of the admin


@with_mail
def test_the_login_is_all_in_its_language_and_leads_to_the_other_one(client):
    page = client.get("/uk/admin/login/").content.decode()

    assert "Забули ім’я користувача чи пароль?" in page
    assert '<a class="spoken" href="/admin/login/" lang="en" hreflang="en">English</a>' in page


def test_a_login_that_is_to_lead_elsewhere_leads_to_the_admin(client):
    in_role("Editor", "otis")

    answer = client.post("/admin/login/?next=https://evil.example/", {"username": "otis", "password": "opera"})

    assert (answer.status_code, answer["Location"]) == (302, "/admin/")


def settings_with(**environment):
    """What the settings say of mail, or why they refuse, with this environment."""
    code = "from talks import settings as s; print(s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_HOST_PASSWORD, s.EMAIL_USE_SSL)"
    run = subprocess.run(
        [sys.executable, "-c", code], env={"DEBUG": "1", **environment}, capture_output=True, text=True, check=False
    )
    return (run.stdout or run.stderr).strip().splitlines()[-1]


def test_the_settings_read_where_mail_goes_and_refuse_what_makes_no_sense():
    sender = {"EMAIL_FROM": "desk@gazette.example"}

    assert settings_with(EMAIL_URL="smtp://otis:a%40b@mail.example", **sender) == "mail.example 587 a@b False"
    assert settings_with(EMAIL_URL="smtps://mail.example:4650", **sender) == "mail.example 4650  True"
    assert "write smtp://user:password@host:587" in settings_with(EMAIL_URL="mail.example", **sender)
    assert "write smtp://user:password@host:587" in settings_with(EMAIL_URL="smtp://mail.example:x", **sender)
    assert "secret" not in settings_with(EMAIL_URL="http://otis:secret@mail.example", **sender)
    assert "write the address that mails come from" in settings_with(EMAIL_URL="smtp://mail.example")
