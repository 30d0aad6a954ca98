"""Messages that some people have to see: each of them says so, and its author knows who has."""
