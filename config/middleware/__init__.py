"""Middleware, one subject per module; settings.MIDDLEWARE has the order."""
