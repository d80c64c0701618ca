"""Tests of the repository, its integrations and their simulators."""
