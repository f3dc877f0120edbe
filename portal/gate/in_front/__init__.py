"""The mail system in front: the rule that hands the gate what is for families and has files, and nothing else."""
