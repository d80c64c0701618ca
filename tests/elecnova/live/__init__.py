"""Tests of the live half."""
