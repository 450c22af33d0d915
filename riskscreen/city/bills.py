"""Medical bills as they are settled: what funds pay, what the patient bears, and how late that is known."""

from dataclasses import dataclass

import numpy as np

from riskscreen.city.state import EMPLOYEE, Column, State, Table
from riskscreen.declare import WayOfLife

OUTPATIENT, INPATIENT = 0, 1
INSURED = ("unseen", "employee", "resident")
ACCOUNT = 30_000  # of a bill, hundredths: at most so much comes from a personal account


@dataclass(frozen=True)
class Visit:
    """Who is treated this week, how, and at what cost (median, and spread of the logarithm)."""

    who: Column
    kind: int
    cost: tuple[float, float]


def settled(state: State, way: WayOfLife, visit: Visit, draw: np.random.Generator) -> Table:
    """A bill for each patient, in hundredths: ``total = fund + part`` and ``total = own + over + first + in_scope``.

    ``fund`` is what the basic fund, the fund for serious illness and medical aid pay together; ``part`` is what the
    patient bears, from the account or in cash.
    """
    n, insured = len(visit.who), state.people["insured"][visit.who]
    total = np.round(visit.cost[0] * np.exp(draw.normal(0, visit.cost[1], n)) * 100)
    share = np.array([way.illness.reimbursed[kind] for kind in INSURED])[insured]
    share = share + (0.0 if visit.kind == INPATIENT else way.illness.outpatient_less)
    fund = np.round(total * np.clip(share + draw.normal(0, 0.08, n), 0, 0.95))
    outside = (total - fund) * draw.uniform(0.2, 0.8, n)
    own, over, first = np.round(outside * 0.6), np.round(outside * 0.1), np.round(outside * 0.3)
    serious = np.where(total > way.illness.serious_from * 100, np.round(fund * 0.15), 0)
    on_aid = state.homes["aid_until"][state.people["home"][visit.who]] > state.today
    helped = np.where(on_aid, np.round((total - fund) * way.help.bills_paid), 0)
    part = total - fund - helped
    account = np.where(insured == EMPLOYEE, np.minimum(part, ACCOUNT), 0)
    end = state.today + draw.integers(0, 7, n)
    slow = draw.random(n) < way.illness.late
    bill = {
        "number": state.number("bill", n),
        "person": visit.who,
        "kind": np.full(n, visit.kind, np.int8),
        "level": draw.integers(1, 4, n).astype(np.int8),
        "begin": end - (draw.integers(3, 20, n) if visit.kind == INPATIENT else 0),
        "end": end,
        "updated": end + np.where(slow, draw.integers(10, 61, n), draw.integers(0, 8, n)),
        "insured": insured,
        "total": total,
        "own": own,
        "over": over,
        "first": first,
        "in_scope": total - own - over - first,
        "deductible": np.minimum(total - own - over - first, 80_000 if visit.kind == INPATIENT else 0),
        "basic": fund - serious,
        "serious": serious,
        "aid": helped,
        "fund": fund + helped,
        "part": part,
        "account": account,
        "cash": part - account,
        "refunded": np.zeros(n, np.int8),
    }
    return {name: column if column.dtype == np.int8 else column.astype(np.int32) for name, column in bill.items()}
