"""Greets who is new. Also the shortest example of a plugin with a card, a page, a setting and tables of its own."""
