"""The base of all entities, and those that every provider has."""
