"""Tests of the foundation's client half."""
