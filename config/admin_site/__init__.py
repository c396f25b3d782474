"""Admin of the whole site: its frame, dashboard and accounts, and the texts given back when a form cannot be saved."""
