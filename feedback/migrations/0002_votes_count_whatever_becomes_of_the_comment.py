from django.db import migrations, models


class Migration(migrations.Migration):
    """A generated column cannot be altered, so `counts` is made again; the database computes it for the rows there are."""

    dependencies = [
        ('feedback', '0001_answers'),
    ]

    operations = [
        migrations.RemoveIndex(model_name='answer', name='answer_counted'),
        migrations.RemoveField(model_name='answer', name='counts'),
        migrations.AddField(
            model_name='answer',
            name='is_beyond_cap',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name='answer',
            name='counts',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(models.Q(('visitor', None), ('is_beyond_cap', True), ('spam_at__isnull', False), _connector='OR'), then=models.Value(False)), default=models.Value(True)), output_field=models.BooleanField()),
        ),
        migrations.AddIndex(
            model_name='answer',
            index=models.Index(fields=['article', 'counts', 'helpful'], name='answer_counted'),
        ),
    ]
