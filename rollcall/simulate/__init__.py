"""The simulated municipality: what the senders would send, the truth apart, and the score of one against
the other."""

from rollcall.simulate.run import Simulated, simulate
from rollcall.simulate.score import score

__all__ = ["Simulated", "score", "simulate"]
