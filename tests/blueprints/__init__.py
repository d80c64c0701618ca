"""Tests of the blueprints in Home Assistant."""
