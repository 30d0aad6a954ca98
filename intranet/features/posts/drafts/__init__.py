"""Posts before they are posts: drafts, those with a time, and those that wait for a keeper."""
