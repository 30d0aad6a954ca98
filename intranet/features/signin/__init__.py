"""Signing in and out: password, second step, passkeys, and a forgotten password."""
