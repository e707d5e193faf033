"""Who is who: which child each pupil is, how that is known, and how sure it is."""

from rollcall.identity.model import CURRENT as MODEL_VERSION

__all__ = ["MODEL_VERSION"]
