"""Any file as plain text."""
