"""A table of equally long numpy arrays: what the simulator thinks in."""

import zlib

import numpy as np


class Columns:
    """Named arrays of one length, read and replaced as attributes."""

    def __init__(self, **arrays: np.ndarray) -> None:
        self.__dict__.update(arrays)

    def __len__(self) -> int:
        return len(next(iter(self.__dict__.values())))

    def take(self, rows: np.ndarray) -> "Columns":
        """The rows at these positions, or where this mask is true, as a copy."""
        return Columns(**{name: values[rows] for name, values in self.__dict__.items()})

    def put(self, rows: np.ndarray, **values) -> None:
        """Write values into the named columns at these rows."""
        for name, value in values.items():
            self.__dict__[name][rows] = value

    def copy(self) -> "Columns":
        return Columns(**{name: values.copy() for name, values in self.__dict__.items()})

    @staticmethod
    def stack(parts: list["Columns"]) -> "Columns":
        """The parts one below the other; all must have the same columns."""
        names = parts[0].__dict__.keys()
        return Columns(**{name: np.concatenate([part.__dict__[name] for part in parts]) for name in names})


def dice(seed: int, topic: str) -> np.random.Generator:
    """Random numbers of one topic: a change in one topic leaves all others as they were."""
    return np.random.default_rng([seed, zlib.crc32(topic.encode())])


def shares(total: int, weights: np.ndarray, least: int = 0) -> np.ndarray:
    """Split `total` by weight into whole numbers of at least `least` each; largest remainders first."""
    weights = np.asarray(weights, float)
    rest = max(0, total - least * len(weights))
    exact = rest * weights / weights.sum()
    whole = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: rest - int(whole.sum())]] += 1
    return whole + least


def at_least(rate: float, base: int, minimum: int) -> int:
    """How many of a rare kind to plant: the rate, but never fewer than the minimum."""
    return max(minimum, round(rate * base))
