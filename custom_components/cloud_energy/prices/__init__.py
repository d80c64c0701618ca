"""Prices of energy and amounts of money."""
