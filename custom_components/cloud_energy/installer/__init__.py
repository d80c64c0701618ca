"""Copies the providers that the user has chosen beside Cloud Energy, and takes them away."""
