from django.db import migrations, models


class Migration(migrations.Migration):
    """`manage.py settle` fills the columns; it is part of an update."""

    dependencies = [
        ("talks", "0022_swaps_are_called_exchanges"),
    ]

    operations = [
        migrations.AddField(
            model_name="placement",
            name="disputed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="placement",
            name="one_source",
            field=models.BooleanField(default=False),
        ),
    ]
