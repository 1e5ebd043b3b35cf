"""Exhibits: each function describes one table or chart, or None when its rows do not exist."""
