"""Small numbers that would tell who they are about; plain functions, no ORM."""

#: Fewest people a number may be about that leaves the office (THREATS 25).
SMALLEST = 5


def hidden_keys(counts, smallest=SMALLEST):
    """Return the keys of a table whose numbers must not be shown.

    Next to a total a single hidden number would be the difference, so more are hidden
    until the hidden ones together are no small number either.

    :param counts: ``{key: number}`` of one table with a total
    :return: set of keys

    >>> sorted(hidden_keys({"a": 12, "b": 7}))
    []
    >>> sorted(hidden_keys({"a": 12, "b": 7, "c": 1}))
    ['b', 'c']
    >>> sorted(hidden_keys({"a": 12, "b": 7, "c": 1, "d": 2}))
    ['b', 'c', 'd']
    >>> sorted(hidden_keys({"a": 12, "c": 4, "d": 4}))
    ['c', 'd']
    >>> sorted(hidden_keys({"a": 3, "b": 0}))
    ['a']
    """
    shown = {key: number for key, number in counts.items() if number}
    order = sorted(shown, key=lambda key: (shown[key], str(key)))
    hidden = [key for key in order if shown[key] < smallest]
    for key in order[len(hidden) :]:
        if not hidden or (
            len(hidden) > 1 and sum(shown[item] for item in hidden) >= smallest
        ):
            break
        hidden.append(key)
    return set(hidden)
