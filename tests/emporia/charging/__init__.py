"""The charging plan."""
