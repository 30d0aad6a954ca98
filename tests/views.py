"""The views in which pages are looked at: both widths, and with the colours of both schemes in each (see `barriers`)."""

VIEWS = [("light", 1440, 900), ("dark", 390, 844)]
