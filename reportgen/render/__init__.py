"""Note and templates to HTML and PDF: looks only, no arithmetic."""
