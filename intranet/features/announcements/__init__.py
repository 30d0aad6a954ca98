"""Announcements: posts that some people have to read by a day, and that stay on top of everything until they did.

An announcement is an ordinary post in a room, with a few facts beside it. Whoever is asked to read it belongs to its room;
for everyone else there it is a post like any other.
"""
