"""The administration: how the house is doing, who is in it, how they sign in, and what was done."""
