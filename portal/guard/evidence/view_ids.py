"""The views of a text in which the guard searches: one table of ids, each with one sentence."""

from portal.guard.evidence.rule_ids import Described


class View(Described):
    """A normalisation: how a text is read. The text is the id; `sentence` says what is done to the text."""

    PLAIN = "plain", "The text as it stands, in small letters without accents."
    MENDED = "mended", "Words broken at a line end are joined; articles and footnote marks are parted from names."
    ESCAPED = "unescaped", "Escapes of programs are made the letters they stand for."
    ROWS = "rows", "Values behind keys, and rows with commas, are cells."
    CAMEL_CASE = "camel-case", "A word with capitals within is several words."
    WITHOUT_FIGURES = "no-figures", "Figures joined to words are taken away."
    CONFUSABLES = "confusables", "Letters of other scripts are the Latin ones they look like."
    KANA = "kana", "Kana is Latin letters."
    ABD_NAMES = "abd-names", "Arabic names that begin “servant of” are one word."
    LOST_LETTERS = "lost-letters", "Letters that a program lost are put back."
    PARTICLES = "particles", "Particles joined to a name are taken away."
    OCR_CORRECTED = "ocr", "Letters that text recognition confuses are those of a known name."
    OCR_CLIPPED = "ocr-clipped", "Words that a picture cuts off are the known names they may begin."
    PAGE_BREAK = "page-break", "The end of one part and the beginning of the next are one text."
