"""What a reader's pages read: an article, lists, what is read next; and who counts as a reader."""
