"""My work: what waits for whoever looks, decided and done in place, one by one or many at once."""
