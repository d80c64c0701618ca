"""Small tools that know nothing of entries or of the recorder."""
