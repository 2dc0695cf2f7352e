"""The words filter of the timeline asks what search knows; the texts in small letters are of no use any more."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('talks', '0013_other_names'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='citation',
            name='folded',
        ),
        migrations.RemoveField(
            model_name='historicalcitation',
            name='folded',
        ),
    ]
