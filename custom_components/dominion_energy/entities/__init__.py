"""The base of the entities, and the descriptions of their values."""
