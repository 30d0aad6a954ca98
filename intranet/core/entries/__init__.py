"""What people say. Written once for posts, comments, messages and the kinds that plugins add."""
