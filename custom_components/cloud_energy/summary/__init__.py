"""What a home used in a day, a week, a month or a billing period, in figures and words."""
