"""The answers of the provider, a file per family of endpoints."""
