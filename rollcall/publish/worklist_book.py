"""How the worklist looks as a workbook, for those who must knock on a door."""

from rollcall.publish.named_book import Layout, sex

_TIERS = {"school": "学校", "unit": "区县", "municipality": "市级"}
_LADDER = {0: "", 1: "宣传教育", 2: "责令改正", 3: "行政处罚", 4: "强制执行"}
_INSTRUCTIONS = (
    "本表列出今天要办的事：每行一名儿童，越靠前越急。红色为逾期，已升级到上一层级督办，仍须由原责任人办理。",
    "1. 按“要办的事”一栏办理，“办理期限”当天仍算按时，“逾期天数”自其后起算；“督办期限”是升级后上一层级的期限。",
    "2. 办完后在控辍保学平台登记动作，填写“台账编号”，系统次日据此更新；本表不用回传。",
    "3. 复学以考勤为准：登记复学后，点名须连续显示到校，满30天、见到校10个上课日（再次离校的90天、30日）方可销号。",
    "4. 学校、乡镇只能提议，销号由区县办理，凭证须与去向相符；核减（死亡、出国、户籍、超龄）须市级批准；失联不得销号。",
    "5. “提示”一栏是与数据不符之处，请先核查。查无此人、信息有误的，请登记为误报并写明依据。",
    "6. 本表含个人信息，仅供办理使用，不得转发、张贴，用后删除。导出已记入日志。",
)
_COLUMNS = (
    ("序号", "n", 6),
    ("要办的事", "step_zh", 34),
    ("办理期限", "first_due_on", 12),
    ("督办期限", lambda row: row["due_on"] if row["due_on"] != row["first_due_on"] else "", 12),
    ("责任层级", lambda row: _TIERS[row["owner_tier"]], 9),
    ("逾期天数", lambda row: row["days_overdue"] or "", 9),
    ("姓名", "name", 10),
    ("性别", sex, 6),
    ("出生日期", "birth_on", 12),
    ("证件号", "id_number", 21),
    ("学籍号", "roll_number", 22),
    ("学校", "school_name", 22),
    ("年级", "grade", 6),
    ("班级", lambda row: row["class_no"] if row["school_code"] else "", 8),  # a class of no school says nothing
    ("监护人", "guardian_name", 10),
    ("联系电话", "guardian_phone", 14),
    ("户籍地", "admin_unit_name", 14),
    ("乡镇街道", "township_name", 16),
    ("村社", "village", 16),
    ("状态", "state_zh", 18),
    ("类别", "category_zh", 10),
    ("发现渠道", "channel_zh", 14),
    ("立案天数", "days_open", 9),
    ("劝返次数", "n_persuasions", 9),
    ("法律步骤", lambda row: _LADDER[row["ladder"]], 10),
    ("提示", lambda row: _hints(row), 40),
    ("台账编号", "case_no", 20),
    ("旧编号", "old_case_no", 24),
)
LAYOUT = Layout(
    title="控辍保学待办清单",
    sheet="待办清单",
    counted="件数",
    instructions=_INSTRUCTIONS,
    columns=_COLUMNS,
    n_frozen=7,  # what is to be done for whom
    n_marked=6,
    is_marked=lambda row: row["is_overdue"],
)


def _hints(row: dict) -> str:
    hints = [row["finding_zh"] or ""]
    if row["closing_proposed_on"]:
        hints.append(f"学校或乡镇于{row['closing_proposed_on']}提议销号，请区县核定")
    if row["n_reopened"]:
        hints.append(f"曾返校后再次离校{row['n_reopened']}次")
    return "；".join(filter(None, hints))
