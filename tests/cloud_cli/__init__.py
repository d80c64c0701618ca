"""The command line, against the simulated clouds."""
