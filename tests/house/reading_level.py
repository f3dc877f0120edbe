"""How hard the English of family sentences is: `python -m tests.house.reading_level` prints the hardest ten.

The grade is Flesch and Kincaid's (1975): 0.39 words a sentence + 11.8 syllables a word - 15.59. Of one short sentence
it is a hint and no verdict (a single word such as "automatically" lifts it), so people judge the list.
"""

import re

from tests.house.catalogues import said

WANTED_GRADE = 6
_SHOWN = 10
_FEWEST_WORDS = 4
_UNHEARD = re.compile(r"(?<=[^aeiouy])(?:(?<![^aeiouy]l)e|(?<![td])ed|(?<![cgsz])es)$")  # co(de), open(ed); not tab(le)


def syllables(word: str) -> int:
    """Return about how many syllables an English word has: its groups of vowels, less an e that is not heard."""
    bare = _UNHEARD.sub("", word.lower().replace("’", ""))
    return max(1, len(re.findall(r"[aeiouy]+", bare)))


def grade(text: str) -> float:
    """Return the school grade that can read a text."""
    words = re.findall(r"[^\W\d_]+(?:’[a-z]+)?", text)
    endings = len(re.findall(r"[.?!:](?:\s|$)", text)) or 1
    return 0.39 * len(words) / endings + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def sentences() -> list[str]:
    """Return the English sentences that families read and that are long enough to be graded; values count as a name."""
    ids = [message.id if isinstance(message.id, str) else message.id[-1] for message in said() if message.id]
    texts = [re.sub(r"%\(\w+\)s", "Ana", sentence) for sentence in ids]
    return [text for text in dict.fromkeys(texts) if len(text.split()) >= _FEWEST_WORDS]


if __name__ == "__main__":
    graded = sorted(((grade(text), text) for text in sentences()), reverse=True)
    whole = grade(" ".join(text if text.endswith((".", "?", ":")) else f"{text}." for _, text in graded))
    hard = sum(level > WANTED_GRADE for level, _ in graded)
    print(f"Family sentences: grade {whole:.1f} together; {hard} of {len(graded)} above {WANTED_GRADE}. The hardest:")  # noqa: T201 - it is a command
    for level, text in graded[:_SHOWN]:
        print(f"  {level:4.1f}  {text}")  # noqa: T201 - it is a command
