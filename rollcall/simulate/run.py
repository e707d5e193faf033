"""Write one simulated municipality: its deliveries into the inbox, its truth apart."""

import time
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from rollcall.simulate.world import make_world


@dataclass(frozen=True)
class Simulated:
    """What was written: children, pupils, files, rotten files, planted rows, seconds taken."""

    children: int
    pupils: int
    deliveries: int
    rotten: int
    rejected_rows: int
    unaccounted: int
    seconds: float

    def as_dict(self) -> dict:
        return asdict(self)


def simulate(
    scale: float = 0.01,
    start: date = date(2019, 9, 2),
    weeks: int = 4,
    seed: int = 1,
    out_inbox: Path | None = None,
    out_truth: Path | None = None,
    error_rate: float = 1.0,
) -> Simulated:
    """Simulate `weeks` weeks from the Monday `start` at `scale` (1 = the whole municipality).

    `error_rate`: how many times as often as usual the clerks who keep
    the rolls err. The same arguments write the same bytes. Places default to the settings' inbox and truth; the truth
    directory
    is emptied first, the inbox is added to. Raises ValueError on arguments that make no municipality.
    """
    from rollcall.simulate.concealment import conceal
    from rollcall.simulate.delivery import Post
    from rollcall.simulate.mail import send_all
    from rollcall.simulate.truth import prepare, write_truth
    from rollcall.warehouse.settings import settings

    if start.weekday() != 0:
        raise ValueError(f"the simulation starts on a Monday; {start} is not one")
    if not 0.0004 <= scale <= 1.0 or weeks < 0:
        raise ValueError("scale must lie between 0.0004 and 1, weeks must not be negative")
    began = time.monotonic()
    inbox, truth = out_inbox or settings().inbox, out_truth or settings().truth
    world = make_world(scale, start, weeks, seed, error_rate)
    post = Post(inbox)
    prepare(truth)
    send_all(world, post)
    write_truth(truth, world, post, conceal(world, post))
    return Simulated(
        children=len(world.people),
        pupils=len(set(world.seats.child.tolist())) if scale < 0.1 else int((world.people.part == 0).sum()),
        deliveries=len(post.deliveries),
        rotten=sum(row["is_rotten"] for row in post.deliveries),
        rejected_rows=len(post.rejected),
        unaccounted=len({spell[0] for spell in world.life.spells if spell[4] >= 0}),
        seconds=round(time.monotonic() - began, 1),
    )
