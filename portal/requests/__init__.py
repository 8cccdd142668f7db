"""My requests: what somebody has asked for, how it stands, and what they can do about it."""
