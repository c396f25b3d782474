"""Publishing: rendering on save, drafts, edit base, slugs, schedule."""
