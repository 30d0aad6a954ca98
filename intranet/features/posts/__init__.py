"""Posts, their comments and reactions: what people say in a room for everyone there to read."""
