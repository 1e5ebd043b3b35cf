"""Exhibit to SVG."""
