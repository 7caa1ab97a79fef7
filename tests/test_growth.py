"""What candidates say while their sentences grow side by side."""

from assistant.drafting.events import TextArrived
from assistant.drafting.growth import Growth


def test_sentences_stand_in_their_order_and_dots_behind_those_under_way() -> None:
    growth = Growth()
    assert (growth.texts(), growth.longest) == ([], "")
    for candidate, sentence, text in [
        (0, 1, "没有站在"),
        (0, 0, "说到底，"),
        (1, 0, "说到底，重视不够。"),
        (0, 1, "河边看。"),
    ]:
        growth.add(TextArrived("s", 1, candidate, sentence, text))
    assert growth.texts() == ["说到底，……没有站在河边看。", "说到底，重视不够。"]
    assert growth.longest == growth.texts()[0]


def test_a_sentence_that_is_drawn_again_takes_its_own_place() -> None:
    growth = Growth()
    growth.add(TextArrived("s", 1, 0, 0, "说到底，重视不够。"))
    growth.add(TextArrived("s", 1, 0, 1, "没有站在河边看。"))
    growth.add(TextArrived("s", 2, 0, 0, "可见"))
    growth.add(TextArrived("s", 2, 0, 0, "平时"))
    assert growth.texts() == ["可见平时……没有站在河边看。"]
