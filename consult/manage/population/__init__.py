"""人口: the denominators of rates, from the municipality's open data; looked at, confirmed, replaced."""
