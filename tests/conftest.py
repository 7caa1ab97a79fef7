"""What all tests share: a user folder of their own, and the small model for those marked `model`.

Tests that use a model take `model_home` or `small_model`; the user's own folder is only read.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny import SMALL_MODEL
from unit_specs import good_plan, stated_points

from assistant.draft import Draft, assemble
from assistant.llm.catalogue import shipped_models
from assistant.llm.chat_model import LocalChatModel
from assistant.llm.open import open_model, verified_model
from assistant.plan import Plan
from assistant.settings import HOME_VARIABLE, models_folder

_USERS_FILE = models_folder() / shipped_models()[SMALL_MODEL].file  # before any test moves it


@pytest.fixture(autouse=True)
def _own_home(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keep the test out of the user's folder."""
    if request.node.get_closest_marker("model"):
        home = request.getfixturevalue("model_home")
    else:
        home = tmp_path / "home"
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    monkeypatch.delenv("ASSISTANT_MODEL", raising=False)


@pytest.fixture(scope="session")
def model_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user folder that holds the small model, and the prompt heads read in this session."""
    if not _USERS_FILE.is_file():
        pytest.skip(f"no small model here: assistant model pull {SMALL_MODEL}")
    home = tmp_path_factory.mktemp("model-home")
    (home / "models").mkdir()
    (home / "models" / _USERS_FILE.name).symlink_to(_USERS_FILE)
    return home


@pytest.fixture(scope="session")
def small_model(model_home: Path) -> Iterator[LocalChatModel]:
    """The small model, loaded once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(model_home))
        with open_model(verified_model(SMALL_MODEL)) as model:
            yield model


def pytest_unconfigure() -> None:
    """Close what llama-cpp-python leaves open, or Python complains at the very end."""
    if utils := sys.modules.get("llama_cpp._utils"):
        utils.outnull_file.close()
        utils.errnull_file.close()


@pytest.fixture
def plan() -> Plan:
    """The plan of the shared good spec."""
    return good_plan()


@pytest.fixture
def draft(plan: Plan) -> Draft:
    """Its draft, every fact stated and nothing else."""
    return assemble(plan, stated_points(plan))
