"""Plain functions from tables to issues."""
