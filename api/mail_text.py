"""What somebody says in an answer by mail: without what they answer to, without their signature, and without HTML.

Quoted lines are known by their `>`, or by how mail programs begin them: a line that ends in a colon and stands before
such lines, a rule, or the head of the message that is answered (`From:`, `Sent:` …) in the languages they write it in.
"""

import re
from collections.abc import Sequence
from html.parser import HTMLParser

LONGEST = 20_000
"""Characters that are kept."""
CUT = "… (the rest was too long)"

_SIGNATURE = re.compile(r"--\s?")
_RULE = re.compile(r"[_-]{5,}|-{2,}\s*[^\W\d_][^-]{2,60}-{2,}")
_HEAD = re.compile(r"\*?(from|von|de|da|van|od|fra)\s?:\*?\s+\S", re.IGNORECASE)
_HEAD_BELOW = re.compile(
    r"\*?(sent|date|to|subject|gesendet|datum|an|betreff|envoyé|date|à|objet|enviado|para|asunto|inviato|a|oggetto"
    r"|verzonden|aan|onderwerp)\s?:\*?\s",
    re.IGNORECASE,
)
_ANNOUNCEMENT = re.compile(r"(on|am|le|el|il|em|op|den|w dniu|på)\s", re.IGNORECASE)
_ANNOUNCED = 4
"""Lines within which an announcement (`On Friday, Ann wrote:`) may be broken."""

_BREAK = re.compile("address|article|br|div|h[1-6]|li|p|pre|section|tr")
_UNSEEN = frozenset(("head", "script", "style", "template", "title"))


def said(text: str) -> str:
    """Give what somebody has written themselves; empty where that is nothing."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\xa0", " ").split("\n")]
    lines = lines[: _end(lines)]
    kept = [line for line in lines if not line.lstrip().startswith(">")]
    found = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return found if len(found) <= LONGEST else f"{found[:LONGEST]}{CUT}"


def text_of(html: str) -> str:
    """Give HTML as text, with `>` before what it quotes."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.parts)


def _end(lines: Sequence[str]) -> int:
    """Say where what is quoted, or the signature, begins."""
    for number, line in enumerate(lines):
        if _SIGNATURE.fullmatch(line) or _RULE.fullmatch(line.strip()) or _is_head(lines, number):
            return number
        if line.endswith(":") and _is_quoted(_next(lines, number)):
            return _announcement(lines, number)
    return len(lines)


def _is_head(lines: Sequence[str], number: int) -> bool:
    return bool(_HEAD.match(lines[number]) and _HEAD_BELOW.match(_next(lines, number)))


def _announcement(lines: Sequence[str], number: int) -> int:
    """Say where an announcement begins that ends in this line: it may be broken, but not by an empty line."""
    for above in range(number, max(number - _ANNOUNCED, -1), -1):
        if _ANNOUNCEMENT.match(lines[above]):
            return above
        if not lines[above]:
            break
    return number


def _next(lines: Sequence[str], number: int) -> str:
    return next((line for line in lines[number + 1 :] if line), "")


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


class _Reader(HTMLParser):
    """Collects the text of HTML; `parts` are the pieces."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._quoted = 0
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line, a quotation, or what nobody sees."""
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "blockquote" or (tag == "div" and "gmail_quote" in (dict(attrs).get("class") or "")):
            self._quoted += tag == "blockquote"
            self._line()
        elif tag == "hr":
            self._line("-----")
        elif _BREAK.fullmatch(tag):
            self._line()

    def handle_endtag(self, tag: str) -> None:
        """End them."""
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "blockquote":
            self._quoted = max(0, self._quoted - 1)
            self._line()
        elif _BREAK.fullmatch(tag) and tag != "br":
            self._line()

    def handle_data(self, data: str) -> None:
        """Take a piece of text, in which lines are broken where they are shown, not where they are written."""
        if not self._unseen:
            self.parts.append(re.sub(r"\s+", " ", data) if data.strip() or data == " " else "")

    def _line(self, text: str = "") -> None:
        self.parts.append(f"\n{text}\n" if text else "\n")
        if self._quoted:
            self.parts.append("> ")
