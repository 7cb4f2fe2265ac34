"""Text and marks kept apart until a text is complete.

Whether a character needs a backslash depends on what comes to stand beside it, so a converter cannot know. It writes punctuation that is
text, and marks whose form is open, as noncharacters (Unicode: "intended for internal use", 66 of them, in no text), and everything that
is Markdown already as it is. `escaping.settled` then reads the whole and writes the one and the other.
"""

from __future__ import annotations

import re
import string

#: Every noncharacter; what comes from outside must be rid of them.
NONCHARACTERS = re.compile(
    "[\ufdd0-\ufdef" + "".join(chr((plane << 16) + end) for plane in range(17) for end in (0xFFFE, 0xFFFF)) + "]"
)

#: Punctuation as text, and back.
HIDDEN = {ord(character): 0xFDD0 + index for index, character in enumerate(string.punctuation)}
SHOWN = {private: character for character, private in HIDDEN.items()}
#: A full-width colon that is text: behind one letter at the start of a line it would be a marker of decks.
WIDE_COLON = "\ufffe"
#: One character of text that might be taken for a mark.
TEXTUAL = re.compile(f"[\ufdd0-\ufdef{WIDE_COLON}]")

#: A line ends here (`<br>`); and: here a line ends if one has begun (`<div>`).
BREAK, LINE = "\uffff", "\U0001fffe"
#: `{{c`, `::` and `}}` of a deletion.
OPEN, SPLIT, CLOSE = "\U0001ffff", "\U0002fffe", "\U0002ffff"
STRONG, STRONG_END = "\U0003fffe", "\U0003ffff"
EM, EM_END = "\U0004fffe", "\U0004ffff"
STRIKE, STRIKE_END = "\U0005fffe", "\U0005ffff"
CODE, CODE_END = "\U0006fffe", "\U0006ffff"
MATH, MATH_END = "\U0007fffe", "\U0007ffff"

#: The beginning of a deletion, with its number or numbers.
OPENING = f"{OPEN}[\\d,]+{SPLIT}"
DELETION_MARKS = re.compile(f"({OPENING}|[{SPLIT}{CLOSE}])")


def literal(text: str) -> str:
    """Text that is to be read as it stands."""
    return text.translate(HIDDEN).replace("：", WIDE_COLON)


def hidden(characters: str) -> str:
    """A class of a regular expression that matches these characters where they are text."""
    return "[" + characters.translate(HIDDEN) + "]"
