"""The page people open every morning: what was said in their rooms, in order, and then an end."""
