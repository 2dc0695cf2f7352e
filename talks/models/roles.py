"""What the roles Author, Editor and Admin may do; they are groups, chosen on a user's page in the admin.

What is an author's own is decided by `talks.admin.roles`: permissions know only whole models. A model that is new gets
its permissions with the migration that makes its table; what somebody gave to a role later, or took from it, stays so.
"""

from collections.abc import Iterable, Iterator

from django.apps import AppConfig
from django.db.models import Model

from talks.models.editing import Amendment, Change, Import, LinkCheck
from talks.models.entries import Entry, FormerSlug
from talks.models.findings import Finding
from talks.models.kinds import KINDS
from talks.models.reports import REPORTS
from talks.models.sources import Article, Publisher
from talks.models.vocabulary import Issue, Location, Party, Person, Process

ALL = ("add", "change", "delete", "view")
WITHOUT_DELETING = ("add", "change", "view")
VOCABULARY = (Publisher, Process, Party, Location, Issue, FormerSlug, LinkCheck, Finding)


def codenames(models: Iterable[type[Model]], actions: Iterable[str] = ALL) -> set[str]:
    """The names of permissions as Django makes them: “add_round”."""
    return {f"{action}_{model._meta.model_name}" for model in models for action in actions}


AUTHOR = (
    codenames((*KINDS.values(), *REPORTS))
    | codenames([Article], WITHOUT_DELETING)
    | codenames([Person, Publisher, Amendment], ["add", "view"])
    | codenames((*VOCABULARY, Change), ["view"])
)
EDITOR = (
    codenames((Entry, *KINDS.values(), *REPORTS, *VOCABULARY, Article, Person))
    | codenames([Change, Import, Amendment], WITHOUT_DELETING)
    | {"publish_entry", "merge_rows"}
)
ADMIN = (
    EDITOR
    | codenames([Change, Import], ["delete"])
    | {f"{action}_{row}" for action in ALL for row in ("user", "group")}
)
ROLES = {"Author": AUTHOR, "Editor": EDITOR, "Admin": ADMIN}
APPS = ("auth", "talks")


def lacking(using: str = "default") -> Iterator[tuple[str, str]]:
    """(role, permission) of all that a role should have by `ROLES` and has not."""
    from django.contrib.auth.models import Group, Permission  # noqa: PLC0415 -- models of an app that is ready later

    there = Permission.objects.using(using).filter(content_type__app_label__in=APPS)
    for group in Group.objects.using(using).filter(name__in=ROLES).order_by("name"):
        missing = there.filter(codename__in=ROLES[group.name]).exclude(group=group)
        yield from (
            (group.name, codename) for codename in missing.order_by("codename").values_list("codename", flat=True)
        )


def give_new_permissions(sender: AppConfig, using: str, **_options: object) -> None:
    """After a migration: give the roles what they may do with models of which no role may do anything yet."""
    from django.contrib.auth.management import create_permissions  # noqa: PLC0415 -- as above
    from django.contrib.auth.models import Group, Permission  # noqa: PLC0415

    roles = list(Group.objects.using(using).filter(name__in=ROLES))
    if not roles:
        return
    create_permissions(sender, verbosity=0, using=using)
    of_record = Permission.objects.using(using).filter(content_type__app_label="talks")
    known = of_record.filter(group__in=roles).values("content_type")
    new = list(of_record.exclude(content_type__in=known))  # read once, before the first role gets any
    for group in roles:
        group.permissions.add(*(one for one in new if one.codename in ROLES[group.name]))
