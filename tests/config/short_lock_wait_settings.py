"""The site's settings, but staff and workers wait three seconds for a lock instead of twenty."""

from config.settings import *  # noqa: F403
from config.settings import DATABASES

LOCK_SECONDS = 3.0
if "timeout" in DATABASES["default"]["OPTIONS"]:
    DATABASES["default"]["OPTIONS"]["timeout"] = LOCK_SECONDS
else:
    DATABASES["default"]["OPTIONS"]["options"] = f"-c lock_timeout={round(LOCK_SECONDS * 1000)}"
