"""The words of the review: verdicts, and what each reason for a doubt means to the person who decides."""

SAME, DIFFERENT = "same", "different"
VERDICTS = {SAME: ("同一人", "same person"), DIFFERENT: ("不是同一人", "different persons")}
# Reason as written to identity.review -> Chinese, English.
REASONS = {
    "low_weight": ("相似但把握不足", "alike, but not likely enough"),
    "close_call": ("另有一名儿童同样相似", "another child is nearly as likely"),
    "two_numbers": ("两个有效证件号不同", "two valid ID numbers that differ"),
    "other_name": ("姓名不符，可能是兄弟姐妹", "the names differ: perhaps a sibling"),
    "namesake": (
        "另有同名儿童同生日或同监护人",
        "another child has the name, and birthday or guardian: perhaps a sibling",
    ),
    "said_before": (
        "曾裁定不是同一人，此后证据已变，请重新裁定",
        "once decided to be different persons, and the evidence has changed since",
    ),
    "second_pupil": ("该儿童已有学籍，可能是双胞胎", "the child is on a roll already: perhaps a twin"),
}


def reason(name: str) -> tuple[str, str]:
    """Chinese and English of a reason; one that has no words yet is shown as it is."""
    return REASONS.get(name, (name, name))


def verdict_of(text: str) -> str | None:
    """The verdict that a cell's text stands for, None when it is neither of the two."""
    said = "".join(text.split())
    return next((name for name, (zh, _) in VERDICTS.items() if said == zh), None)
