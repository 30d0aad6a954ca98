"""The company's directory: connected, tested, mapped, and kept in step."""
