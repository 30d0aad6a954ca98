"""People: the directory and one person's profile."""
