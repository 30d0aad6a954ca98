"""Words that come back at their time: about a message, or said with `/remind`."""
