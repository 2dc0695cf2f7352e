from django.db import migrations, models


class Migration(migrations.Migration):
    """`manage.py settle` fills the columns; it is part of an update."""

    dependencies = [
        ("talks", "0027_findings_points_and_formats"),
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
