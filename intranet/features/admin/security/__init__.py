"""Second factors, access cards, and names that were tried too often."""
