"""The client half of the foundation; it knows nothing of Home Assistant."""
