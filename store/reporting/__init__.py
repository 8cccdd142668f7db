"""Numbers about records for reports: rows that projections keep beside each record, and what is counted of them."""
