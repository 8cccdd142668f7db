"""Moving a running record to another version of its process: what goes on, what begins again, and why not."""
