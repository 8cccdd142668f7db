"""What a definition says: reading, checking and explaining the process language, without any input or output."""
