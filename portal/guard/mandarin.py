"""Chinese characters in a text that sound like a name the roster has in Latin letters: 陈美玲 is Mei-Ling Chen."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final

from portal.guard.evidence import SURE, lowered
from portal.guard.matching import Hit
from portal.guard.passages import Passage
from portal.guard.pinyin import SURNAMES, sound_of
from portal.guard.roster import Person, Roster
from portal.guard.rule_ids import Rule

_HAN: Final = re.compile("[\u4e00-\u9fff]")
_OF_TWO: Final = frozenset(
    ("欧阳", "上官", "司马", "司徒", "诸葛", "夏侯", "皇甫", "慕容", "令狐", "公孙", "东方", "南宫", "尉迟", "端木")
)
"""Family names of two characters, simplified."""
_LISTED: Final = """
    周一 周二 周三 周四 周五 周六 周日 周末 周年 周期 周围 时间 时候 时期 时代 费用 项目 单位 单独 单子 任何 任务
    任意 关于 关系 关心 关闭 关注 文件 文化 文字 文学 文明 文具 程序 程度 章节 曾经 方法 方便 方向 方式 方面 方案
    高兴 高度 高中 高级 高年 马上 安全 安排 安静 安装 安心 成功 成为 成绩 成长 成员 成人 成立 金额 金钱 钱包 万一
    温度 温暖 温馨 严格 严重 严禁 白天 白色 黄色 黄金 蓝色 陈述 张贴 石头 车站 车辆 车费 应该 应用 应当 应急 明天
    明白 明显 明年 明确 常常 常见 常用 何时 何人 何处 于是 易于 左右 司机 全部 全体 全家 全年 全天 全校 解决 解释
    解答 和平 和谐 华人 华语 阳光 符合 冷水 黎明 龙舟 农历 农场 江河 向上 向前 包括 包含 包裹 童年 童话 景点 党员
    师生 师长 简单 简介 简历 毛衣 毛巾 席位 游戏 游泳 游览 路线 路上 连接 连续 古典 左侧 管理 管道 宁静 尚未 盛大
    牛奶 麦片 米饭 顾问 顾客 谷物 余下 余额 杜绝 康复
"""
_WORDS: Final = frozenset(_LISTED.split())
"""Words of two characters of which the first is a family name, too: alone in the cell of a table they are nobody."""
_LENGTHS: Final = (4, 3, 2)
_SURE: Final = 3
"""Characters from which on a name is no chance; one of two has to stand alone."""


def names_in_mandarin(passage: Passage, roster: Roster) -> Iterator[Hit]:
    """Yield the names that Chinese characters sound like, a family name first; one of two characters if it is alone.

    Many characters sound alike, so whom they mean is never told apart here.
    """
    text = passage.folded
    if passage.is_latin or not _HAN.search(text):
        return
    begins = _begins()
    starts = _starts(frozenset().union(*(begins[sound] for sound in begins.keys() & roster.by_family.keys())))
    for found in starts.finditer(text) if starts else ():
        start = found.start()
        for length in _LENGTHS:
            at = _named(roster, text[start : start + length])
            if at is not None and (length >= _SURE or _is_alone(text, start, start + length)):
                cues = lowered(Rule.CUE_ORDINARY) if text[start : start + length] in _WORDS else SURE
                yield Hit(frozenset(range(start, start + length)), (), (at,), Rule.NAME_MANDARIN, *cues)
                break


@cache
def _begins() -> dict[str, frozenset[str]]:
    """Return with which characters family names of each sound begin."""
    begins: dict[str, set[str]] = defaultdict(set)
    for family in (*SURNAMES, *_OF_TWO):
        begins[_sound(family)].add(family[0])
    return {sound: frozenset(letters) for sound, letters in begins.items()}


@lru_cache(maxsize=1)
def _starts(letters: frozenset[str]) -> re.Pattern[str] | None:
    return re.compile(f"[{''.join(sorted(letters))}]") if letters else None


def _sound(family: str) -> str:
    return sound_of(family, is_family=True)


def _named(roster: Roster, letters: str) -> int | None:
    """Return the name, written in Latin letters, that these characters are, the first of them its family name."""
    length = 2 if letters[:2] in _OF_TWO and len(letters) > 2 else 1
    last, first = _sound(letters[:length]), sound_of(letters[length:])
    if not first or last + first not in roster.joined:
        return None
    return next(
        (
            at
            for at in roster.joined[last + first]
            if last in roster.names[at].family.whole
            and first in roster.names[at].given.whole
            and any(_is_in_latin(roster.people[bearer]) for bearer in roster.names[at].bearers)
        ),
        None,
    )


def _is_in_latin(person: Person) -> bool:
    """Whether a person's name has no character of its own: one that has is those characters, and no others."""
    return not _HAN.search(person.given_name + person.family_name)


def _is_alone(text: str, start: int, end: int) -> bool:
    """Whether no character of a word stands before or after."""
    return not text[start - 1 : start].isalpha() and not text[end : end + 1].isalpha()
