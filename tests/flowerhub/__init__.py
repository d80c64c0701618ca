"""Tests of the Flowerhub integration."""
