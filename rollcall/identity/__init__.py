"""Who is who: which child each pupil is, how that is known, and how sure it is."""
