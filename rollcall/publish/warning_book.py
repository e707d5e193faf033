"""How the early warning looks as a workbook, for those who visit: most points first, every reason said."""

from rollcall.publish.named_book import Layout, sex

_INSTRUCTIONS = (
    "本表列出在籍而可能离校的儿童（其中有的正缺课或尚未确认在校），分数越高越靠前。请在缺课变成辍学之前家访，了解困难并帮助解决。",
    "1. 先访“重点”，再访“关注”。“原因”一栏写明每一项依据及其分值；分值相加，没有别的因素。",
    "2. 预警不是结论，不得作为处分、评比或告知他人的依据。",
    "3. 家访发现儿童已离校的，请当日在控辍保学平台上报；原因有误的，请更正学籍、考勤或资助数据。",
    "4. 本表含个人信息，仅供办理使用，不得转发、张贴，用后删除。导出已记入日志。",
)
_COLUMNS = (
    ("序号", "rank_in_unit", 6),
    ("级别", "level_zh", 8),
    ("分数", "points", 7),
    ("姓名", "name", 10),
    ("性别", sex, 6),
    ("学校", "school_name", 24),
    ("年级", "grade", 6),
    ("班级", "class_no", 8),
    ("正缺课（天）", "absent_run", 11),
    ("原因", "reasons_zh", 70),
    ("监护人", "guardian_name", 10),
    ("联系电话", "guardian_phone", 14),
    ("学籍号", "roll_number", 22),
)
LAYOUT = Layout(
    title="控辍预警名单",
    sheet="预警名单",
    counted="人数",
    instructions=_INSTRUCTIONS,
    columns=_COLUMNS,
    n_frozen=4,
    n_marked=3,
    is_marked=lambda row: row["level"] == "high",
)
