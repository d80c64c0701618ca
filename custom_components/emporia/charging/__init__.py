"""Charging a car when energy is cheap, and in time."""
