# The day of the latest report that a change can tell of.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('talks', '0003_editing'),
    ]

    operations = [
        migrations.AddField(
            model_name='change',
            name='reported',
            field=models.DateField(blank=True, help_text='Day of the latest report that it can tell of; pages as known on an earlier day leave it out.', null=True, verbose_name='reported'),
        ),
    ]
