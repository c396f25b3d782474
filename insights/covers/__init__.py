"""Covers that the publication draws itself: the choice by slug, the figures, and the pen they are drawn with."""

from insights.covers.covers import choose_cover, draw

__all__ = ["choose_cover", "draw"]
