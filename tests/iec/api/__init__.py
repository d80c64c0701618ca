"""Tests of the client of Israel's electricity provider."""
