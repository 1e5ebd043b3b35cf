"""Excel in and out: the only door to .xlsx."""
