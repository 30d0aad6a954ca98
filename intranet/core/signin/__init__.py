"""Signing in: one path for every door, local passwords and the company's directory."""
