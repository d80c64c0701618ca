"""What goes into the recorder: series, news, history."""
