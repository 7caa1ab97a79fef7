"""Nothing leaves the machine: tracing is off whatever the environment says."""

import os

_SWITCHES = ("TRACING", "TRACING_V2")
_SECRETS = ("API_KEY", "ENDPOINT", "PROJECT")


def forbid_tracing() -> None:
    """Turn LangSmith off, also where langchain-core has already looked at the environment."""
    for family in ("LANGSMITH", "LANGCHAIN"):
        for name in _SWITCHES:
            os.environ[f"{family}_{name}"] = "false"
        for name in _SECRETS:
            os.environ.pop(f"{family}_{name}", None)
    from langsmith import utils

    utils.get_env_var.cache_clear()  # type: ignore[attr-defined]
