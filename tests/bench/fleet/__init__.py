"""What ten thousand homes ask of a cloud together, minute by minute."""
