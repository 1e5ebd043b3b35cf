"""reportgen: an analyst's workbook in, a typeset research note out."""

__version__ = "0.1.0"
