"""The client of Elecnova's ECO EMS Cloud."""
