"""Records: every record that the visitor may see, filtered, searched, sorted, exported, and acted on many at once."""
