"""The company's own set of reactions: the emoji that stand ready under everything that is said."""
