"""Tests of Dominion Energy."""
