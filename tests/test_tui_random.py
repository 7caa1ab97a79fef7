"""Random keys and mouse on every screen: nothing crashes, and the spec stays a file of keys."""

import random
from pathlib import Path

import pytest
from application import SIZES, Driver, ScriptedSession, drafted, driven, put_spec, run

from assistant.spec_file import plain_data
from assistant.tui.screens.spec_text import SpecTextScreen

_MOVES = "tab shift+tab up down left right pageup pagedown home end enter escape space"
_EDITS = "backspace delete ctrl+z ctrl+y ctrl+a ctrl+x ctrl+v ctrl+t ctrl+n ctrl+o ctrl+p"
_KEYS = (
    *_MOVES.split(),
    *_EDITS.split(),
    *(f"f{n}" for n in range(1, 13)),
    *"水利局调研不够深入，。：#-[]{}37%ａx",
)
WAYS = {
    "home": (),
    "new": ("ctrl+n",),
    "intake": ("enter",),
    "text": ("enter", "f4"),
    "papers": ("enter", "f3"),
    "drafting": ("enter", "f5"),
    "review": ("enter", "f6"),
    "reading": ("enter", "f6", "f7"),
    "checklist": ("enter", "f6", "f8"),
    "export": ("enter", "f6", "f9"),
    "models": ("f3",),
    "settings": ("f4",),
}
"""Keys that lead to each screen."""


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "walk"), [(0, 50), (1, 50)])
@pytest.mark.parametrize("way", WAYS)
def test_random_events(
    tmp_path: Path, way: str, seed: int, walk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`walk` is the number of events."""
    file = put_spec(tmp_path)
    drafted(file)
    monkeypatch.setattr("assistant.llm.fetch.pull", lambda *_: None)
    chance = random.Random(f"{way}/{seed}")
    as_text = False  # In the text view a user may type what is no YAML.

    async def test() -> None:
        nonlocal as_text
        async with driven(ScriptedSession(file), SIZES[seed % 2]) as driver:
            for key in WAYS[way]:
                await driver.press(key)
                await driver.pilot.pause(0.05)
            for _ in range(walk):
                await _something(driver, chance)
                as_text |= isinstance(driver.app.screen, SpecTextScreen)

    run(test())
    for written in file.parent.glob("*.yaml"):
        text = written.read_text(encoding="utf-8")
        assert as_text or plain_data(text), text


async def _something(driver: Driver, chance: random.Random) -> None:
    width, height = driver.app.size
    spot = (chance.randrange(width), chance.randrange(height))
    what = chance.random()
    if what < 0.75:
        await driver.pilot.press(chance.choice(_KEYS))
    elif what < 0.95:
        await driver.pilot.click(offset=spot, times=chance.choice((1, 1, 2)))
    elif what < 0.98:
        await driver.pilot.hover(offset=spot)
    else:
        await driver.pilot.resize_terminal(*chance.choice((*SIZES, (40, 10), (200, 60))))
