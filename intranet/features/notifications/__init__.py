"""The bell: what somebody should know, in one list on every page, read once for all their devices.

The lines themselves are written by the features whose events they tell of. Here they are shown, read, and made quiet.
"""
