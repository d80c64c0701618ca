"""One module per provider, each with its commands."""
