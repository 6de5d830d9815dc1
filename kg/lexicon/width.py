"""One width for every mark and letter, so that a pattern is written once."""

_HALF_WIDTH = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # ！…～ to ASCII
    | {0x3000: 0x20, 0xA0: 0x20}
    | {ord(wide): ord(narrow) for wide, narrow in zip("﹐﹔﹕∶―﹣−", ",;::———", strict=True)}
)


def shadow(text: str) -> str:
    """The text that patterns run on: one width of each mark, and always the same length.

    >>> shadow("（一）97.27％，ＡＢ")
    '(一)97.27%,AB'
    """
    return text.translate(_HALF_WIDTH)
