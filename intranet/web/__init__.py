"""Everything that knows Flask: requests, access, pages, live streams, API, assets, themes."""
