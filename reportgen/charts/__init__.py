"""Exhibit to SVG.

Nothing is imported here: whoever wants a palette need not load what draws.
"""
