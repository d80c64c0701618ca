"""A real Home Assistant against simulated clouds: the demo, and tests of the whole."""
