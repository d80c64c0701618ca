"""Flowerhub."""
