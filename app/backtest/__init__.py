"""Recordings run again through the same engine."""
