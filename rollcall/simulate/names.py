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
# Characters that few bear, and given names that many do: one child in seven has one of the latter.
RARE = (
    "翀赟昱晔昊珩琛璟焱淼犇骁骅玥璇瑾珺琬琰婧媛嫣妤姝婵娴婉芮芊苒茗荷莎菁萌葳蕙瑜瑛璐玮琦珂珊瑗璨炜烨煜熠灿炫焕煊铭锐钧钰铖锦"
    "锋镇铎睦瞳砚硕礼祺禹秋程稷竣筠简策箐篪纬纯绍绪维绮缘羽翊翎耀聪胤舒舟航良艺芷苡若荣莘莲菀萱葵蓓蔚薇藤虹融衍裕诏谦谨豫贤赫超越跃"
)
POPULAR_BOYS = "浩宇宇轩浩然子轩梓睿俊杰宇航子豪皓轩浩轩梓豪俊熙博文一诺子墨嘉豪天宇明轩宇泽志强俊豪睿泽梓轩宇辰"
POPULAR_GIRLS = "梓涵欣怡诗涵子涵雨涵梓萱欣妍可馨雨桐佳怡思涵语嫣诗琪雨欣梦瑶紫涵欣悦一诺思雨静怡雅婷佳琪可欣若曦"
POPULAR_SHARE, RARE_SHARE = 0.14, 0.08
# Names of peoples that put a dot between their parts; clerks leave it out.
DOTTED = (("阿依古丽", "·买买提"), ("迪丽努尔", "·艾合买提"), ("木沙", "·吐尔逊"), ("阿木", "·尔古"), ("次仁", "·卓玛"))
# Looks alike, the traditional form: what a clerk may write for a character. What sounds alike is looked up.
LOOKS = dict(
    zip(
        "未明鑫博祥旭洋涛磊晨曦玲茜睿颖辰梓莹宇浩俊杰伟强欣怡雨涵诗静丽娟敏思雅梦月倩洁萍珍霞香文军超飞龙凯恒成帅良星林海",
        "末朋金搏样旮羊滔石辰羲铃西濬颍晨锌萤字洁峻木纬疆掀恰两函侍睁俪涓敝恩稚梵用情浩苹诊暇番丈车趣气尤铠桓城师粮呈材晦",
        strict=True,
    )
)
FORMS = dict(
    zip(
        "张刘陈杨黄赵吴马郑谢许韩冯邓曾伟强军国华东龙飞泽轩丽红梅静颖",
        "張劉陳楊黃趙吳馬鄭謝許韓馮鄧曾偉強軍國華東龍飛澤軒麗紅梅靜穎",
        strict=True,
    )
)
LOST = ("□", "*", "?")

_singles = list(
    dict.fromkeys(
        SURNAMES + BOYS + GIRLS + RARE + POPULAR_BOYS + POPULAR_GIRLS + "".join((*LOOKS.values(), *FORMS.values()))
    )
)
_parts = [part for name in DOTTED for part in (*name, name[1].lstrip("·"))]
TEXT = np.array([*_singles, *DOUBLE_SURNAMES, *_parts, *LOST, ""], object)
PLACE = {text: place for place, text in enumerate(TEXT)}
NONE = PLACE[""]


def _sounds() -> dict[str, str]:
    """For each character another one of the same syllable, where there is one."""
    from pypinyin import lazy_pinyin

    groups: dict[str, list[str]] = {}
    for char in _singles:
        groups.setdefault(lazy_pinyin(char)[0], []).append(char)
    return {char: group[(n + 1) % len(group)] for group in groups.values() for n, char in enumerate(group)}


def _map(table: dict[str, str]) -> np.ndarray:
    swap = np.arange(len(TEXT))
    for char, other in table.items():
        if char in PLACE:
            swap[PLACE[char]] = PLACE[other]
    return swap


SOUNDS_LIKE, LOOKS_LIKE, TRADITIONAL = _map(_sounds()), _map(LOOKS), _map(FORMS)
UNDOTTED = _map({written: written.lstrip("·") for _, written in DOTTED})
# Shares of the most frequent surnames; the others follow by rank.
_LEADING = np.array([0.071, 0.070, 0.067, 0.054, 0.045, 0.031, 0.022, 0.020, 0.019, 0.018])


def _weights(n: int, flat: float) -> np.ndarray:
    weight = 1 / (np.arange(n) + flat)
    return weight / weight.sum()


def surnames(rng: np.random.Generator, border: np.ndarray) -> np.ndarray:
    """A surname for each; `border` marks those of the south-east, who more often bear its own surnames."""
    chars = list(dict.fromkeys(SURNAMES)) + list(DOUBLE_SURNAMES)
    places = np.array([PLACE[char] for char in chars])
    weight = np.r_[_LEADING, _weights(len(places) - len(_LEADING), 9) * (1 - _LEADING.sum())]
    drawn = places[rng.choice(len(places), len(border), p=weight / weight.sum())]
    own = np.array([PLACE[char] for char in BORDER])[rng.integers(0, len(BORDER), len(border))]
    return np.where(border & (rng.random(len(border)) < 0.5), own, drawn).astype(np.int16)


def given(rng: np.random.Generator, sex: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and second given character; one in nine children has only one, one in seven a fashionable name."""
    first, second = (np.empty(len(sex), np.int16) for _ in range(2))
    rare = np.array([PLACE[char] for char in dict.fromkeys(RARE)])
    for code, chars, popular in ((1, BOYS, POPULAR_BOYS), (2, GIRLS, POPULAR_GIRLS)):
        places = np.array([PLACE[char] for char in dict.fromkeys(chars)])
        rows = np.flatnonzero(sex == code)
        first[rows] = places[rng.choice(len(places), len(rows), p=_weights(len(places), 14))]
        second[rows] = places[rng.choice(len(places), len(rows), p=_weights(len(places), 14)[::-1])]
        second[rows[rng.random(len(rows)) < 0.11]] = NONE
        for part in (first, second):
            some = rows[(rng.random(len(rows)) < RARE_SHARE) & (part[rows] != NONE)]
            part[some] = rng.choice(rare, len(some))
        some = rows[rng.random(len(rows)) < POPULAR_SHARE]
        pairs = np.array([PLACE[char] for char in popular]).reshape(-1, 2)
        chosen = pairs[rng.choice(len(pairs), len(some), p=_weights(len(pairs), 4))]
        first[some], second[some] = chosen[:, 0], chosen[:, 1]
    return first, second


def write(surname: np.ndarray, first: np.ndarray, second: np.ndarray) -> pa.Array:
    """The names as text."""
    texts = pa.array(TEXT, pa.string())
    parts = [texts.take(pa.array(part, pa.int32())) for part in (surname, first, second)]
    return pc.binary_join_element_wise(*parts, "")
