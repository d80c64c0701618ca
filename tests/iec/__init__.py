"""Tests of the integration of Israel's electricity provider."""
