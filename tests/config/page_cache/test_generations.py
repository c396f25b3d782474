"""Counters of invalidations that the processes of one server share."""

import os
from pathlib import Path

from config.page_cache.generations import Generations
from insights.models import SiteSettings


def test_another_process_of_the_run_leaves_this_ones_counters_alone(db, django_assert_num_queries):
    """Else a test that counts queries fails whenever another process commits in the middle of it."""
    SiteSettings.current()
    others = Generations(Path(os.environ["VAR_DIR"]) / "page-cache")
    others.invalidate()
    with django_assert_num_queries(0):
        SiteSettings.current()
