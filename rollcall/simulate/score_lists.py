"""How long the published lists are, and which share of each the truth bears out: verdicts apart from leads."""

from collections import Counter

DROPPED, NOWHERE = {"dropout", "ghost"}, {"dropout", "ghost", "never_enrolled", "transfer_lost"}
# Name of a list -> the published statuses on it, and the true states that bear it out.
LISTS = {
    # Verdicts: by the days of the rule, or verified by people.
    "dropout": ({"absent_20"}, DROPPED),
    "never_enrolled": ({"never_enrolled"}, {"never_enrolled"}),
    # Leads: somebody has to look.
    "suspected_dropout": ({"absent_5", "never_present"}, DROPPED),
    "not_found": ({"not_found"}, NOWHERE),
    "lead": ({"absent_5", "never_present", "not_found", "not_arrived", "elsewhere_claimed"}, NOWHERE),
}
LIST_COUNTS = tuple(
    f"{name}_{measure}" for name in LISTS for measure in ("listed", "listed_per_1000", "listed_truly", "precision")
)


def score_lists(found: list[tuple[str, str, str]]) -> dict:
    """The counts named in LIST_COUNTS, and each list's false entries by rule and true state.

    `found`: (published status, rule, true state) of every child.
    """
    told = {}
    for name, (statuses, true_states) in LISTS.items():
        listed = [(rule, state) for status, rule, state in found if status in statuses]
        n_true = sum(state in true_states for _, state in listed)
        false = Counter(f"{rule}_{state}" for rule, state in listed if state not in true_states)
        told |= {
            f"{name}_listed": len(listed),
            f"{name}_listed_per_1000": round(1000 * len(listed) / len(found), 2) if found else None,
            f"{name}_listed_truly": n_true,
            f"{name}_precision": round(n_true / len(listed), 3) if listed else None,
        }
        if name != "lead":
            told |= {f"{name}_false_{why}": n for why, n in sorted(false.items())}
    return told
