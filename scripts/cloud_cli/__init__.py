"""The clients of the integrations on the command line."""
