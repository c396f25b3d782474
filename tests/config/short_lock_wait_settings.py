"""The site's settings, with a lock wait of three seconds instead of twenty for staff and workers."""

from config.settings import *  # noqa: F403
from config.settings import DATABASES

LOCK_SECONDS = 3.0
if "timeout" in DATABASES["default"]["OPTIONS"]:
    DATABASES["default"]["OPTIONS"]["timeout"] = LOCK_SECONDS
else:
    DATABASES["default"]["OPTIONS"]["options"] = f"-c lock_timeout={round(LOCK_SECONDS * 1000)}"
