"""Names: surnames by frequency, given characters by sex, and the ways a clerk may misspell them.

A name is three positions in CHARS / SURNAMES: surname, first given character, second (-1 = none). A spelling
error replaces a position, so names stay numbers until a file is written.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
    "石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤冉代游蒲牟"
)
DOUBLE_SURNAMES = ("欧阳", "上官", "司马")
BORDER = "冉田向彭白覃杨张李"  # frequent in the south-east
BOYS = (
    "浩宇俊杰伟强磊洋勇军涛超明鑫鹏飞博文志国建华平刚斌波辉林东海龙凯翔毅峰云天泽睿轩豪一嘉子恒晨航诚阳川渝江"
    "成祥旭帅良星瑞宏松柏然康家乐永安新春"
)
GIRLS = (
    "欣怡雨涵梓诗琪婷芳静丽娟敏艳燕玲秀英红梅雪慧佳思雅梦瑶月莹琳倩颖洁萍兰珍霞香璐蕊菲语彤馨悦可馨妍茜露"
    "蓉巧云凤桂春玉晓小嘉子一然心宜青"
)
# Sounds alike, looks alike, the traditional form: what a clerk may write for a character.
SOUNDS = dict(zip("浩宇伟杰俊怡欣涵静丽娟敏艳燕玲佳思雅婷芳", "皓雨玮洁骏宜馨含靖莉鹃闵焱艳铃嘉斯娅庭方", strict=True))
LOOKS = dict(zip("未明鑫博祥旭洋涛磊晨曦玲茜睿颖辰梓莹", "末朋金搏样旮羊滔石辰羲铃西濬颍晨锌萤", strict=True))
FORMS = dict(
    zip(
        "张刘陈杨黄赵吴马郑谢许韩冯邓曾伟强军国华东龙飞泽轩丽红梅静颖",
        "張劉陳楊黃趙吳馬鄭謝許韓馮鄧曾偉強軍國華東龍飛澤軒麗紅梅靜穎",
        strict=True,
    )
)
LOST = "□"

_singles = list(dict.fromkeys(SURNAMES + BOYS + GIRLS + "".join((*SOUNDS.values(), *LOOKS.values(), *FORMS.values()))))
TEXT = np.array([*_singles, *DOUBLE_SURNAMES, LOST, ""], object)
PLACE = {text: place for place, text in enumerate(TEXT)}
NONE = PLACE[""]


def _map(table: dict[str, str]) -> np.ndarray:
    swap = np.arange(len(TEXT))
    for char, other in table.items():
        if char in PLACE:
            swap[PLACE[char]] = PLACE[other]
    return swap


SOUNDS_LIKE, LOOKS_LIKE, TRADITIONAL = _map(SOUNDS), _map(LOOKS), _map(FORMS)


def _weights(n: int, flat: float) -> np.ndarray:
    weight = 1 / (np.arange(n) + flat)
    return weight / weight.sum()


def surnames(rng: np.random.Generator, border: np.ndarray) -> np.ndarray:
    """A surname for each; `border` marks those of the south-east, who more often bear its own surnames."""
    chars = list(dict.fromkeys(SURNAMES)) + list(DOUBLE_SURNAMES)
    places = np.array([PLACE[char] for char in chars])
    drawn = places[rng.choice(len(places), len(border), p=_weights(len(places), 9))]
    own = np.array([PLACE[char] for char in BORDER])[rng.integers(0, len(BORDER), len(border))]
    return np.where(border & (rng.random(len(border)) < 0.5), own, drawn).astype(np.int16)


def given(rng: np.random.Generator, sex: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and second given character; one in nine children has only one."""
    first, second = (np.empty(len(sex), np.int16) for _ in range(2))
    for code, chars in ((1, BOYS), (2, GIRLS)):
        places = np.array([PLACE[char] for char in dict.fromkeys(chars)])
        rows = np.flatnonzero(sex == code)
        first[rows] = places[rng.choice(len(places), len(rows), p=_weights(len(places), 14))]
        second[rows] = places[rng.choice(len(places), len(rows), p=_weights(len(places), 14)[::-1])]
    second[rng.random(len(sex)) < 0.11] = NONE
    return first, second


def write(surname: np.ndarray, first: np.ndarray, second: np.ndarray) -> pa.Array:
    """The names as text."""
    texts = pa.array(TEXT, pa.string())
    parts = [texts.take(pa.array(part, pa.int32())) for part in (surname, first, second)]
    return pc.binary_join_element_wise(*parts, "")
