"""Tests of the integration of Emporia Energy."""
