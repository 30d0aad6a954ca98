"""Who follows which thread: whoever began it, answered or was named in it, until they do not want to any more."""
