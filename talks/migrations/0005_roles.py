"""The roles Author, Editor and Admin, as groups that are chosen on a user's page.

What is an author's own is decided by `talks.admin.roles`: permissions know only whole models.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ENTRIES = ("round", "swap", "proposal", "event")
REPORTED = ("citation", "delegation", "delegate", "transfer", "provision", "account")
VOCABULARY = ("publisher", "process", "party", "issue", "formerslug", "linkcheck")
ALL = ("add", "change", "delete", "view")


def codenames(models, actions=ALL):
    return {f"{action}_{model}" for model in models for action in actions}


AUTHOR = (
    codenames((*ENTRIES, *REPORTED))
    | codenames(["article"], ["add", "change", "view"])
    | codenames(["person"], ["add", "view"])
    | codenames((*VOCABULARY, "change"), ["view"])
)
EDITOR = (
    codenames(("entry", *ENTRIES, *REPORTED, *VOCABULARY, "article", "person"))
    | codenames(["change", "import"], ["add", "change", "view"])
    | {"publish_entry", "merge_rows"}
)
ADMIN = EDITOR | codenames(["change", "import"], ["delete"]) | codenames(["user", "group"])
ROLES = {"Author": AUTHOR, "Editor": EDITOR, "Admin": ADMIN}
APPS = ("auth", "talks")


def make_permissions(apps, schema_editor):
    """Make them now: Django does so only after all migrations."""
    for label in APPS:
        config = apps.get_app_config(label)
        config.models_module = True  # an app as migrations know it has none, and would be passed over
        create_permissions(config, verbosity=0, using=schema_editor.connection.alias, apps=apps)
        config.models_module = None


def make_groups(apps, schema_editor):
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label__in=APPS)
    for name, allowed in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*permissions.filter(codename__in=allowed))


def remove_groups(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("talks", "0004_changes"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(make_permissions, migrations.RunPython.noop),
        migrations.RunPython(make_groups, remove_groups),
    ]
