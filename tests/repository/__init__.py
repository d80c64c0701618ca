"""Checks of the repository itself: its rooms, its facts, its integrations' files."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
