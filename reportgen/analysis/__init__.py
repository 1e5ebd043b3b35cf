"""One file a question: tables to figures."""
