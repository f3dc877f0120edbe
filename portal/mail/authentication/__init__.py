"""Whether receivers believe the sender: SPF, DKIM and DMARC, asked of DNS."""
