"""What an entry is made of: its account, what it polls, its devices, issues and actions."""
