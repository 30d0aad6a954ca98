"""One search over everything: each feature offers what can be found, this asks them all."""
