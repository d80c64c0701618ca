"""Tests of the Elecnova integration."""
