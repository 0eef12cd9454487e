"""人口: files of a municipality's open data in, towns rolled up to the centre's districts, one table a day."""
