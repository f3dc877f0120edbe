"""Who there is and what each may do: the roster, rights by hand and restrictions, staff, and who is signed in."""
