"""Models of the project itself."""

from django.db import models


class RequestCount(models.Model):
    """Number of requests of one kind from a network since its window began (`config/middleware/public_posts.py`)."""

    name = models.CharField(max_length=80)
    network = models.CharField(max_length=32)  # keyed hash, hex
    started_at = models.BigIntegerField()  # seconds since 1970
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "network"], name="request_count_once")]
        indexes = [models.Index(fields=["started_at"], name="request_count_started")]

    def __str__(self) -> str:
        return f"{self.count} of {self.name}"
