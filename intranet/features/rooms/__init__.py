"""Rooms: the list of them, one room's page, who is in it, joining and leaving."""
