"""The one door: check, commit, publish."""
