"""Middleware, one subject a module; settings.MIDDLEWARE has the order."""
