"""The calendar: what is planned, frozen, maintained and closed, what is in conflict with what, and feeds of it."""
