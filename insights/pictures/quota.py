"""Upload quota of an account: pictures and bytes in 24 hours from the first upload.

Refused pictures count, unless the quota refused them. One SQL statement is exact across workers and needs no lock.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.utils import timezone

from insights.models import UploadCount, User

WINDOW = 86_400  # seconds

_COUNT = """
INSERT INTO insights_uploadcount (user_id, started_at, pictures, bytes) VALUES (%(user)s, %(now)s, 1, %(bytes)s)
ON CONFLICT (user_id) DO UPDATE SET
    pictures = CASE WHEN insights_uploadcount.started_at <= %(expired)s THEN 1
                    ELSE insights_uploadcount.pictures + 1 END,
    bytes = CASE WHEN insights_uploadcount.started_at <= %(expired)s THEN excluded.bytes
                 ELSE insights_uploadcount.bytes + excluded.bytes END,
    started_at = CASE WHEN insights_uploadcount.started_at <= %(expired)s THEN excluded.started_at
                      ELSE insights_uploadcount.started_at END
WHERE insights_uploadcount.started_at <= %(expired)s
   OR (insights_uploadcount.pictures < %(most)s AND insights_uploadcount.bytes + excluded.bytes <= %(most_bytes)s)
RETURNING started_at
"""


def count_upload(user: User, size: int) -> int:
    """Count one upload of `size` bytes; return 0 within the quota, else the seconds until the next upload."""
    now, limits = int(timezone.now().timestamp()), settings.PICTURE_UPLOADS
    values = {
        "user": user.pk,
        "now": now,
        "expired": now - WINDOW,
        "bytes": size,
        "most": limits["per_day"],
        "most_bytes": limits["bytes_per_day"],
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        if cursor.fetchone():
            return 0
    started_at = UploadCount.objects.values_list("started_at", flat=True).get(user=user)
    return max(1, started_at + WINDOW - now)
