"""Cards of linked pages below posts and comments: fetched once by the box, and only where an admin allows that it asks."""
