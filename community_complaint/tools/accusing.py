"""Words by which a text sounds like an accusation (揭发、控告), whatever it is filed as.

>>> found("窗口收受红包，我实名举报。"), found("楼上夜间装修，举报无人管。")
(['实名举报', '收受', '红包'], [])
>>> found("He asked for a Bribe.")
['bribe']
"""

#: The weightiest first; “举报” alone is said of any noise.
WORDS = (
    *("检举", "揭发", "控告", "实名举报", "受贿", "索贿", "行贿", "贿赂"),
    *("收受", "红包", "好处费", "回扣", "吃拿卡要", "贪污", "侵吞", "挪用"),
    *("以权谋私", "滥用职权", "徇私", "bribe", "corrupt", "embezzl", "kickback"),
)


def found(text):
    """Return the words of a text that sound so, the weightiest first."""
    text = text.lower()
    return [word for word in WORDS if word in text]
