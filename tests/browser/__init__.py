"""A person with a browser: Home Assistant's own pages, in Chromium."""
