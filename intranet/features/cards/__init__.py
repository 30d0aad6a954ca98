"""Access cards: people without email get an account on paper and choose their own password with it.

A keeper makes the account and prints its card; the code on it works once, for a time, and is shown only on that page.
A keeper may print another card only for somebody of their room who came by a card of that room and never chose a
password. To let somebody in again who forgot a password is an admin's work. Accounts of the directory never get a card.
"""
