"""What tests of the house and of plugins start from: a house of its own for each test, and one cast."""
