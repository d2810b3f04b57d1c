"""What people wrote as text in spreadsheets: never a formula; no ORM."""

#: What spreadsheet programs take for the beginning of a formula, or look behind.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def quoted(value):
    """Return a value for a CSV file; what looks like a formula is quoted.

    >>> quoted("=1+1"), quoted("@SUM(A1)"), quoted("Lane 12"), quoted(-5)
    ("'=1+1", "'@SUM(A1)", 'Lane 12', -5)
    """
    if isinstance(value, str) and value.startswith(_STARTS):
        return f"'{value}"
    return value


def spaced(value):
    """Return a value of JSON in which no text begins like a formula.

    >>> spaced({"title": "=1+1", "children": ["ok", 3]})
    {'title': ' =1+1', 'children': ['ok', 3]}
    """
    if isinstance(value, str):
        return f" {value}" if value.startswith(_STARTS) else value
    if isinstance(value, list):
        return [spaced(item) for item in value]
    if isinstance(value, dict):
        return {key: spaced(item) for key, item in value.items()}
    return value
