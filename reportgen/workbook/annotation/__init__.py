"""A copy of the analyst's own workbook with the issues in it, edited part by part."""
