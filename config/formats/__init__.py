"""How moments are written at the desk, by language (`settings.FORMAT_MODULE_PATH`)."""
