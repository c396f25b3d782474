"""The site's settings, with a tenth of the patience: what takes 20 seconds in production takes two in a test."""

from config.settings import *  # noqa: F403
from config.settings import DATABASES, LOCK_SECONDS

LOCK_SECONDS = LOCK_SECONDS / 10
if "timeout" in DATABASES["default"]["OPTIONS"]:
    DATABASES["default"]["OPTIONS"]["timeout"] = LOCK_SECONDS
else:
    DATABASES["default"]["OPTIONS"]["options"] = f"-c lock_timeout={round(LOCK_SECONDS * 1000)}"
