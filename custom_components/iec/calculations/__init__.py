"""What follows from the answers: pure functions, without Home Assistant."""
