"""Messages that begin with a slash: something is done instead of said, or said in another way."""
