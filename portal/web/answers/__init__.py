"""What every answer carries: headers, compression, files, and our own style sheets and scripts."""
