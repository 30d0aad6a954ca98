"""What people say of themselves for a while: where they are, until when, and whether they want to be left alone."""
