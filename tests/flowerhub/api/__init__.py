"""Tests of the client of the Flowerhub portal."""
