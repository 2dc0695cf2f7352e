"""How dates and numbers are written and read where Django's own habits are not ours."""
