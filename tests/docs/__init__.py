"""What the documentation says, tried out with Home Assistant itself."""
