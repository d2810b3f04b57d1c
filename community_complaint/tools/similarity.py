"""How similar two short texts are, in any script and without a dictionary.

Chinese has no spaces between words, so pairs of neighbouring characters are compared;
for alphabets that works as well.

>>> round(similarity(bigrams("楼上装修噪音很大"), bigrams("楼上装修，噪音很大！")), 2)
1.0
>>> similarity(bigrams("楼上装修噪音很大"), bigrams("小区路灯不亮"))
0.0
>>> similarity(bigrams(""), bigrams("小区路灯不亮"))
0.0
"""

#: Fewer pairs tell nothing.
_SHORTEST = 5


def bigrams(text):
    """Return the pairs of neighbouring letters of a text, without case and signs."""
    letters = [char for char in (text or "").casefold() if char.isalnum()]
    return {first + second for first, second in zip(letters, letters[1:], strict=False)}


def similarity(first, second):
    """Return how much of the shorter text is in the longer one, from 0 to 1.

    :param first: pairs of a text, see :func:`bigrams`
    :param second: pairs of another text
    """
    if min(len(first), len(second)) < _SHORTEST:
        return 0.0
    return len(first & second) / min(len(first), len(second))
