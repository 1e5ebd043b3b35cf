"""Exhibit to SVG."""

from reportgen.charts.draw import FULL_MM, HALF_MM, draw_chart
from reportgen.charts.palette import Palette

__all__ = ["FULL_MM", "HALF_MM", "Palette", "draw_chart"]
