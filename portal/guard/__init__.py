"""The guard: who is named in what is about to be published, decided before anything leaves."""
