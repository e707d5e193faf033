"""Rates and programmes of aid in 2019."""

import numpy as np

# Fen; by stage: primary, junior; a term is half a school year.
BOARDING, NON_BOARDING = np.array([50_000, 62_500]), np.array([25_000, 31_250])
MEAL, NUTRITION, OLD_NUTRITION = np.array([600, 700]), 400, 300
TERM_DAYS = 95
ACCOUNT_BLOCK = 9_900_000_000_000
PROGRAMMES = np.array(["boarding", "non_boarding", "municipal_meal", "nutrition"])
BOARDS, NOURISHED = 0, 3  # their places
