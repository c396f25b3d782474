"""Sign-up: the form, confirmation emails, limits."""
