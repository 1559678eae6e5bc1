"""The coordinator's screens: who waits, whom they could meet, and the draft of a whole cohort."""
