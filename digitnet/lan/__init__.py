"""Serve the local network: its address, the certificate for it, and how phones find it."""
