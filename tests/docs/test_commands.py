"""The page of commands says what the commands say."""

from scripts.commands_page import PAGE, page


def test_the_page_of_commands_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: PYTHONPATH=. python scripts/commands_page.py"
