"""Whether a reason says anything. No ORM."""

_LEAST = 4


def says_something(text):
    """Return whether a text has letters enough to be a reason; a sign stands for a word.

    >>> [says_something(text) for text in ("x", "....", "xxxx", "Ill", "  ", None)]
    [False, False, False, False, False, False]
    >>> [says_something(text) for text in ("搬家", "等待鉴定", "Moved out")]
    [True, True, True]
    """
    letters = [letter for letter in text or "" if letter.isalpha()]
    weight = sum(2 if ord(letter) > 0x2E80 else 1 for letter in letters)
    return weight >= _LEAST and len(set(letters)) > 1
