"""What editors do to the record beyond a form: merge, rename, restore, import, publish; and what they check first."""
