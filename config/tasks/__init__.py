"""Tasks of the queue: their names in the admin, periodic tasks, expiry."""
