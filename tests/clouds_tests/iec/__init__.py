"""Tests of the simulated Israel Electric Corporation."""
