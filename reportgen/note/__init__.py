"""Analysis to a frozen Note: facts only, no looks."""
