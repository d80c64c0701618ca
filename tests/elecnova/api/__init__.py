"""Tests of the client of Elecnova."""
