"""File operations that run as the user, inside the user's own server."""
