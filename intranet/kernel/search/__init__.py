"""Search: FTS4 stores and finds, sqlite-fts4 ranks, Whoosh knows language."""
