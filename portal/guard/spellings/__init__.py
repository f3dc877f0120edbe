"""How one name may be written: in parts, in other cases, in other scripts, and as a picture shows it."""
