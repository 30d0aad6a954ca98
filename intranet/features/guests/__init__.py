"""Guests: people from outside who come in by an invitation and see the rooms that it names, and nothing else.

- Only a keeper invites, into rooms they keep; an admin may invite into every room they can read. Never into the
  company's room. What counts is what the inviter may do when the guest comes: rooms lost since are left out.
- A guest knows the people they share a room with. Taken out of their last room they keep an account that sees nothing:
  what they wrote keeps its author, and another keeper may bring them into a room again.
- After their last day the account is disabled, which ends every session, stream and token. An admin may enable it again.
- Who has an account is never made a guest: they sign in, and a keeper adds them as they are.
"""
