"""What a question takes for granted, and whether anything known says so."""
