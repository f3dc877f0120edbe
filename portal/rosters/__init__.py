"""What a roster file says, whatever its format: children, guardians and who may see whom, as plain values."""
