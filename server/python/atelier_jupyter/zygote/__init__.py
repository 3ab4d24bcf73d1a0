"""The privileged helper: forks app processes from a warm interpreter (README.md has the protocol)."""
