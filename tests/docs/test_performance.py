"""The page and the picture of what is fast say what the bench has kept, and nothing else."""

from bench.proving import kept
from scripts.performance_page import PAGE, PICTURE, page, picture


def test_the_page_and_the_picture_of_performance_are_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(kept()), "run: make proof"
    assert PICTURE.read_text(encoding="utf-8") == picture(kept()), "run: make proof"
