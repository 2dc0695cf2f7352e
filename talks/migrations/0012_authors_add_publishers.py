"""Authors may add a publisher: an article of a new site stopped at its first field."""

from django.db import migrations


def give(apps, schema_editor):
    using = schema_editor.connection.alias
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    for group in apps.get_model("auth", "Group").objects.using(using).filter(name="Author"):
        group.permissions.add(*permissions.filter(content_type__app_label="talks", codename="add_publisher"))


class Migration(migrations.Migration):
    dependencies = [("talks", "0011_released"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
