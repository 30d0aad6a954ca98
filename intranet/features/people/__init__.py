"""People: the directory, profiles, the org chart, who is away or celebrates, and what happens when somebody leaves."""
