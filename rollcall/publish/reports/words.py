"""Chinese names of what figures are broken down by, in the order in which they are shown."""

BREAKDOWNS = {
    "stage": ("学段", {"primary": "小学", "junior": "初中"}),
    "grade": ("年级", {str(n): f"{'一二三四五六七八九'[n - 1]}年级" for n in range(1, 10)}),
    "sex": ("性别", {"1": "男", "2": "女"}),
    "urban_rural": ("城乡（按学校）", {"city": "城区", "town": "镇区", "rural": "乡村"}),
    "key_group": (
        "重点群体",
        {
            "left_behind": "留守儿童",
            "migrant": "随迁子女",
            "filed_poor": "建档立卡",
            "minimum_allowance": "低保",
            "poor": "家庭困难（各类）",
            "orphan": "孤儿",
            "unsupported": "事实无人抚养",
            "disabled": "残疾儿童",
            "minority": "少数民族",
            "in_law": "涉案未成年人",
        },
    ),
    "zone": (
        "片区",
        {name: name for name in ("中心城区", "主城新区", "渝东北", "渝东南")},
    ),
}
# Open cases only: name, kind of word in dim_case_word, and the values that are no words.
LEDGER_BREAKDOWNS: dict[str, tuple[str, str, dict[str, str]]] = {
    "case_state": ("在办台账：状态", "state", {}),
    "case_category": ("在办台账：类别", "category", {}),
    "days_open": (
        "在办台账：立案天数",
        "",
        {
            "0-3": "3 天以内",
            "4-5": "4—5 天",
            "6-14": "6—14 天",
            "15-30": "15—30 天",
            "31-90": "31—90 天",
            "91+": "90 天以上",
        },
    ),
}
STATES = {
    "on_time": "按时",
    "late": "迟报",
    "refused": "退回",
    "waiting": "待审",
    "overdue": "逾期未到",
    "missing": "缺报",
}
# Open statuses as three kinds of work, for the picture of the weeks.
WORK = {
    "absent": ("缺课、辍学", ("absent_1", "absent_3", "absent_5", "absent_20", "never_present")),
    "lost": ("未找到、未到、待证实", ("not_found", "never_enrolled", "not_arrived", "elsewhere_claimed")),
    "unconfirmed": ("未确认在校、身份待核", ("unconfirmed", "identity_pending")),
}


def share(value: object) -> str:
    """12.34%, never rounded up to 100 nor down to 0."""
    number = float(value)  # type: ignore[arg-type]
    if 0.99995 <= number < 1:
        return "99.99%"
    if 0 < number < 0.00005:
        return "0.01%"
    return f"{number:.2%}"


def number(value: object) -> str:
    return f"{int(value):,}"  # type: ignore[call-overload]
