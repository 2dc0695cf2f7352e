"""Users in the roles that the site has, and what they made."""

from importlib import import_module

from django.apps import apps
from django.contrib.auth.models import Group, User

ROLES = import_module("talks.migrations.0005_roles")


def in_role(role, name=""):
    """A user of this role: Author, Editor or Admin; or Superuser, or Nobody, who may only enter."""
    return give_role(User.objects.create_user(name or role.lower(), password="opera", is_staff=True), role)


def give_role(user, role):
    """The user, in this role."""
    user.is_superuser = role == "Superuser"
    user.save()
    if role in ROLES.ROLES:
        if not Group.objects.filter(name=role).exists():  # a test that commits ends with empty tables
            ROLES.make_groups(apps, None)
        user.groups.add(Group.objects.get(name=role))
    return user


def made(row, user):
    """The row, as if this user had made it."""
    first = row.history.earliest("history_id")
    type(first).objects.filter(pk=first.pk).update(history_user=user)
    return row
