"""The cage, a sandbox for parsers: what its processes give up, how they are started and called, and what comes back."""
