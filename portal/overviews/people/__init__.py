"""Who is who: children as staff look them up, staff and approvers, everybody whom the guard has to know."""
