"""One spelling for what is said of people, so that rows that say the same make one claim.

Only what tells nothing is taken away: case, full width, blanks. What tells little (accents, marks, short forms of
streets, another script) is left to linkage, which weighs it by the deployment's settings.
"""

import re
import unicodedata

NOT_DIGITS = re.compile(r"[^0-9]")
SCANNED = str.maketrans("oqil|!zsbg", "0011112586")  # letters that a scanner takes for digits


def fold(text: str) -> str | None:
    """Compatibility form, lower case, one blank between words; ``None`` where nothing is left.

    >>> fold("  Ｊosé  DE la Cruz ")
    'josé de la cruz'
    """
    return " ".join(unicodedata.normalize("NFKC", text).lower().split()) or None


def birth(text: str, order: str = "YYYYMMDD") -> str | None:
    """A day of birth as yyyymmdd, of eight digits that stand in ``order``; ``None`` where there are not eight.

    Days of no calendar stay as they are: they still compare.

    >>> birth("O2/31/1984", "MMDDYYYY")
    '19840231'
    """
    digits = NOT_DIGITS.sub("", unicodedata.normalize("NFKC", text).lower().translate(SCANNED))
    if len(digits) != 8:
        return None
    return "".join(digits[(at := order.index(part)) : at + len(part)] for part in ("YYYY", "MM", "DD"))
