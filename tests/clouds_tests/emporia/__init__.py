"""Tests of the simulated Emporia."""
