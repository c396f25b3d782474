"""Publishing: rendering at save, drafts, edit base, slugs, schedule."""
