"""The nouns all features share: people, sessions, rooms, entries, attachments, audit. Plain Python, no web."""
