"""What became of a row: its history in words, restoring a state, and the guard against overwriting an edit unseen."""
