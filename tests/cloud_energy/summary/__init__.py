"""Tests of summaries: periods, figures, words."""
