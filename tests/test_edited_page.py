"""What the parts of one page for editing know of each other, and for how long."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import RequestFactory

from talks import models
from talks.admin.page import edited_page
from tests import factories as make

pytestmark = pytest.mark.django_db


def asked_by(user):
    request = RequestFactory().get("/")
    request.user = user
    return request


def test_whose_a_row_is_is_asked_once_until_the_row_is_read_again():
    author = User.objects.create_user("rufus")
    entry = make.reported("round", "talks-2031", published=False)
    entry.history.update(history_user=author)
    rounds, request = admin.site.get_model_admin(models.Round), asked_by(author)
    read = rounds.get_object(request, str(entry.pk))
    answers = [rounds.is_theirs(request, read)]

    models.Round.objects.update(publication="published")
    answers.append(rounds.is_theirs(request, read))
    answers.append(rounds.is_theirs(request, rounds.get_object(request, str(entry.pk))))

    assert answers == [True, True, False]


def test_each_request_has_a_page_of_its_own(admin_user):
    one, other = asked_by(admin_user), asked_by(admin_user)

    assert edited_page(one) is edited_page(one)
    assert edited_page(one) is not edited_page(other)
