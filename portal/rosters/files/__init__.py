"""Files as rows: CSV, Excel, folders and zips, formulas without a value."""
