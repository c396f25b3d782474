"""Background tasks: their names in the admin, periodic tasks, expiry."""
