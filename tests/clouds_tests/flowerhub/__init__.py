"""Tests of the simulated Flowerhub portal over the wire."""
