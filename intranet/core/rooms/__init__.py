"""Rooms: the one permission rule of the house. You may see what is in a room if you may see the room."""
