"""Any file as plain text."""

from assistant.reading.files import read, readable

__all__ = ["read", "readable"]
