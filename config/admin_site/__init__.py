"""Admin of the whole site: its frame, its accounts, and the texts given back when a form cannot be saved."""
