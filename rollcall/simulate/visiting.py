"""What visits to homes find out about children on the register whom no roll and no answer shows.

Townships visit whom they themselves miss at the village school; they act on the truth and on their own mistakes. Of a
child who learns in another province the family tells the school, and its proof is in the municipality's file of one
of the next months; where nobody opens the door, a few are written down as never enrolled.
"""

import numpy as np

from rollcall.simulate.clock import FOREVER, Clock
from rollcall.simulate.columns import Columns, dice
from rollcall.simulate.life import AWAY, NOBODY, Life
from rollcall.simulate.people import ELSEWHERE

VISITED = 0.75  # of the children elsewhere of whom nobody has answered, within the weeks below; our own guess
WEEKS = 10
MISTAKEN = 0.015  # taken for a child who never enrolled
PROOFS = (("national_roll", 0.6), ("receipt", 0.25), ("claim", 0.15))
PROOF_AFTER = 10  # days from the visit to the answer


def happen(life: Life, people: Columns, clock: Clock, seed: int) -> None:
    """Record the visits and the answers that follow them."""
    rng = dice(seed, "visiting")
    answered = {row[0] for row in life.outside}
    unknown = [child for child in np.flatnonzero(people.part == ELSEWHERE).tolist() if child not in answered]
    kinds, shares = zip(*PROOFS, strict=True)
    for child in unknown:
        day = clock.first + int(rng.integers(3, 7 * WEEKS))
        lot, proof, province = rng.random(), str(rng.choice(kinds, p=shares)), str(rng.choice(("44", "33", "51")))
        if lot >= VISITED or day > clock.last:
            continue
        if lot < MISTAKEN:
            life.cases.append((child, NOBODY, AWAY, day, FOREVER, "missing"))
            continue
        life.cases.append((child, NOBODY, AWAY, day, day, ""))
        life.outside.append((child, province, clock.opening, NOBODY, proof, day + PROOF_AFTER))
