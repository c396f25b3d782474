"""Uids of demo articles, derived from the slug."""

from __future__ import annotations

import uuid

_NAMESPACE = uuid.UUID("8a3b8c52-6d0e-5e0b-9d6c-2f4c1f5f7a11")


def demo_identity(slug: str) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, slug)
