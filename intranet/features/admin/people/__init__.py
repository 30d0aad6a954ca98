"""People and their accounts, for admins."""
