"""Imported where processes are forked from: what a first compiled pass needs of numba is then there in each of them."""

from numba.core.registry import cpu_target

cpu_target.typing_context.refresh()
cpu_target.target_context.refresh()
