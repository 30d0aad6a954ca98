"""Machinery without nouns: settings, database, events, jobs, plugins, text, search, blobs, clock."""
