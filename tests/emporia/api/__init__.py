"""Tests of the client of Emporia Energy."""
