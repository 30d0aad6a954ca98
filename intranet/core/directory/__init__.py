"""The company's directory: who works here, what it says of them, and which rooms they belong to."""
