"""Papers that the portal writes itself: the print run, the disclosure record, the report of an incident."""
