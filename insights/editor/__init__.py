"""Article editor: form, autosave, edit conflicts, presence, paste, live preview, review and history pages."""
