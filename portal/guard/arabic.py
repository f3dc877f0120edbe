"""Arabic names: given name, father's, grandfather's, family name; and the article that a family name may lack."""

import re
from typing import Final

from portal.guard.pairs import Pair
from portal.guard.words import words_of

ARABIC: Final = re.compile("[\u0600-\u06ff]+")
_MOST: Final = 4
_SONS: Final = frozenset(words_of("بن ابن بنت ابنة آل"))
_JOINED: Final = frozenset(
    words_of("عبد أبو ابو أبي الدين الله الرحمن الرحيم العزيز الكريم القادر السلام الحميد المجيد")
)
_FATHERS: Final = frozenset(
    words_of("""
    آدم إبراهيم أحمد إدريس إسحاق إسلام إسماعيل أسامة أسعد أشرف أكرم أمجد أمين أنس أنور أيمن أيوب إياد إيهاب باسل باسم
    بدر براء بسام بشار بشير بكر بلال بهاء تامر توفيق ثامر جابر جاسم جعفر جلال جمال جمعة جميل جهاد جواد حاتم حازم حامد
    حبيب حسام حسان حسن حسني حسين حكيم حمد حمدان حمدي حمزة حميد حيدر خالد خلف خلدون خليفة خليل خميس داود راشد رامز رامي
    رائد رباح ربيع رجب رشاد رشدي رشيد رضا رضوان رمزي رمضان رياض زاهر زكريا زكي زهير زياد زيد زيدان سالم سامح سامر سامي
    سراج سعد سعدون سعود سعيد سفيان سلام سلطان سلمان سليم سليمان سمير سهيل سيف شادي شاكر شريف شعبان شكري شهاب صابر صادق
    صالح صباح صبحي صبري صدام صفوان صقر صلاح ضياء طارق طالب طاهر طلال طلعت طه عاصم عاطف عامر عباس عبدالله عبدالرحمن
    عبدالعزيز عبدالكريم عبدالقادر عبدالسلام عبدالحميد عبدالرحيم عثمان عدنان عدي عزت عزيز عصام عطية عقيل علاء علي عماد
    عمار عمر عمرو عمران عوض عيسى غازي غالب غانم غسان فادي فارس فاروق فاضل فايز فتحي فخري فرج فرحان فريد فضل فهد فهمي
    فواز فؤاد فوزي فيصل قاسم قيس كامل كريم كمال لؤي لطفي ماجد مازن مالك ماهر مبارك مجدي محسن محفوظ محمد محمود محيي مختار
    مدحت مراد مروان مسعود مصطفى مصعب معاذ معاوية معتز معمر ممدوح منذر منصور منير مهدي مهند موسى مؤمن ناجي نادر ناصر ناظم
    نبيل نجيب نزار نصر نصير نضال نعيم نور هاشم هاني هشام هلال همام هيثم وائل وسام وسيم وليد ياسر ياسين يحيى يزيد يعقوب
    يوسف يونس
    """)
)
"""Given names of men, folded: a father's name is one of these far more often than any other word is."""


def fathers_names(pair: Pair) -> tuple[int, ...]:
    """Return the words between given and family name that are the names of father and grandfather."""
    words, foreign = pair.sentence.words, pair.foreign
    if not foreign or len(foreign) > _MOST or set(pair.gaps) != {"space"} or not pair.is_forward:
        return ()
    if pair.name.given.others or not all(ARABIC.fullmatch(words[at]) for at in (pair.given, *foreign, pair.family)):
        return ()
    return foreign if all(_is_father(pair, at) for at in foreign) else ()


def _is_father(pair: Pair, at: int) -> bool:
    words = pair.sentence.words
    word = words[at]
    return word in _FATHERS or word in _SONS or word in _JOINED or words[at - 1] in _SONS or word in pair.roster.givens
