"""Covers that the site draws itself: choice by slug, figures, pen, and share images."""

from insights.covers.covers import choose_cover, draw

__all__ = ["choose_cover", "draw"]
