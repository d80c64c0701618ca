"""Commands of Emporia."""
