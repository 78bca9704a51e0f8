"""Making reports: what is due and why, running the notebooks, and the record of what was made."""
