"""Tests of the client of Dominion Energy, against its simulated cloud."""
