"""Signing in by an OpenID Connect provider: what is asked of it, and how what it sends is checked."""
