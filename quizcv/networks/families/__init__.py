"""The layer tables, a module for each family; each has `NETWORKS`."""
