"""Readings into the recorder as statistics: hours, history, holes, read-back."""
