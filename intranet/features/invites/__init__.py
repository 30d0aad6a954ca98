"""Invites: a code, as a QR square and typed, with which people who can sign in join a room.

- A keeper of a usable room makes it. It belongs to the room: it goes on working when who made it is no keeper any more,
  and does not work while the room is archived or in the bin. Stopping it cannot be taken back.
- A code is asked about only after signing in. Who holds a true one may know the room's name and its keepers; a wrong one
  gets one and the same answer, whatever is wrong with it.
- Who asked and who joined takes a place; who was declined or took the wish back frees it. Who came in by a code and is in
  the room no longer has to ask when they come again with it. In a room that everyone may join nobody has to ask.
- Guests may use a code only when it says so; they come in as guests.
"""
