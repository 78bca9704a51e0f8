"""What is due when in a year, the timers that see to it, and the mail that says what came of it."""
