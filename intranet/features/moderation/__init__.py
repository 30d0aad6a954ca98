"""Moderation: what somebody finds wrong is reported, and a keeper of the room decides."""
