"""Guides that tell how to say the letters of a name: pinyin in brackets, beside them or by turns with them."""

from tests.rules.guarded import each, named


@each(
    "李(lǐ)小(xiǎo)明(míng)同学",
    "恭喜李（li3）小（xiao3）明（ming2）！",
    "李 lǐ 小 xiǎo 明 míng",
    "lǐ 李 xiǎo 小 míng 明",
    "李lǐ小xiǎo明míng",
    "李〔ㄌㄧˇ〕小〔ㄒㄧㄠˇ〕明〔ㄇㄧㄥˊ〕",
)
def test_a_name_is_found_whose_letters_have_a_guide_each(text: str):
    assert named(text) == {"li"}


@each("小(xiǎo)红(hóng)的李(lǐ)子(zi)", "A组 李 B组 小 C组", "小(xiǎo)明(míng)很(hěn)高(gāo)兴(xìng)")
def test_other_words_with_guides_name_nobody(text: str):
    assert named(text) == set()
