"""What is polled, how often, and how the answers become snapshots."""
