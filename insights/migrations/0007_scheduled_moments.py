from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('insights', '0006_search'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('withdrawn_at__isnull', False)), fields=['withdrawn_at'], name='article_withdrawn_at'),
        ),
        migrations.AddIndex(
            model_name='version',
            index=models.Index(condition=models.Q(('live_from__isnull', False)), fields=['live_from'], name='version_live_from'),
        ),
        migrations.AddIndex(
            model_name='version',
            index=models.Index(condition=models.Q(('live_until__isnull', False)), fields=['live_until'], name='version_live_until'),
        ),
    ]
