"""IEC: Israel's grid operator and supplier."""
