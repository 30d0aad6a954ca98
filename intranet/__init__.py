"""The intranet a company installs on one box of its own: feed, rooms, people and one search over everything."""

__version__ = "0.1.0"
