"""Drafts Chinese official documents offline, from a unit's own facts."""

import os

# To look for plugins, pydantic would read what every installed package says of itself.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
