"""The sources and devices of the Energy dashboard: read, added, completed."""
