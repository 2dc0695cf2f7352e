from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('talks', '0030_states_of_the_record'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='citation',
            index=models.Index(condition=models.Q(('field', 'process')), fields=['value', 'entry'], name='citation_of_a_process'),
        ),
    ]
