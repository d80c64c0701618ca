"""Tests of the simulated Elecnova at the wire."""
