"""The city held against public figures, and how hard its question is: who is in hardship within half a year?"""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.city_signals import Floats, Table, signals, tables
from riskscreen.city import FIRST, LAST, History, State, found, go_on, step
from riskscreen.city.collective import FAMILY
from riskscreen.city.means import aided, buffer, in_hardship
from riskscreen.city.state import YEAR, day_number, day_of
from riskscreen.city.truth import hardship_spells
from riskscreen.declare import AlertRule, Condition, WayOfLife, load

HORIZON = 180
FUTURES = 50
WEEKS_AHEAD = 26
FOLDS = 5
PROCESSES = 2
DAYS = tuple(
    date(year, month, 1) for year in (2021, 2022, 2023) for month in (1, 4, 7, 10) if (year, month) < (2023, 10)
)
LIMIT_DAYS = (date(2022, 1, 1), date(2023, 1, 1))


@dataclass(frozen=True)
class Day:
    """A day of a city: homes not on aid, what was known of them, what came true, and the odds of the Bayes limit."""

    day: int
    homes: NDArray[np.int64]
    known: dict[str, Floats]
    now: NDArray[np.bool_]
    outcome: NDArray[np.bool_]
    enters_aid: NDArray[np.bool_]
    limit: Floats | None


def measure(deployment: Path, persons: int, seeds: list[int]) -> dict[str, Any]:
    """Figures of a city for each seed, and their means."""
    with ProcessPoolExecutor(PROCESSES) as processes:
        said = processes.map(_of_deployment, [deployment] * len(seeds), [persons] * len(seeds), seeds)
        each = [_rounded(one) for one in said]
    return {
        "version": _way(deployment)[0].version,
        "persons": persons,
        "seeds": seeds,
        "mean": _mean(each),
        "each": each,
    }


def _way(deployment: Path) -> tuple[WayOfLife, list[AlertRule]]:
    loaded = load(deployment)
    assert loaded.way_of_life is not None
    return loaded.way_of_life, list(loaded.alert_rules.values())


def _of_deployment(deployment: Path, persons: int, seed: int) -> dict[str, Any]:
    return of_seed(*_way(deployment), persons, seed)


def _rounded(said: dict[str, Any]) -> dict[str, Any]:
    out = {}
    for name, value in said.items():
        out[name] = (
            _rounded(value)
            if isinstance(value, dict)
            else round(value, 4)
            if isinstance(value, float | np.floating)
            else value
        )
    return out


def _mean(each: list[dict[str, Any]]) -> dict[str, Any]:
    first = each[0]
    out: dict[str, Any] = {}
    for name, value in first.items():
        said = [one[name] for one in each]
        if isinstance(value, dict):
            out[name] = _mean(said)
        elif isinstance(value, list):
            out[name] = np.round(np.mean(said, axis=0), 4).tolist()
        elif not isinstance(value, str):
            out[name] = round(float(np.mean(said)), 4)
    return out


def of_seed(way: WayOfLife, rules: list[AlertRule], persons: int, seed: int) -> dict[str, Any]:
    """Figures of one city."""
    history, states, limits = lived(way, persons, seed)
    told = tables(history)
    days = [_day(history, told, state, limits.get(state.today)) for state in states]
    return {"life": life(history, told), "question": question(days, rules)}


def lived(way: WayOfLife, persons: int, seed: int) -> tuple[History, list[State], dict[int, Floats]]:
    """A city to its last day; its state on each day that is asked about; the Bayes limit on some of them."""
    history = found(way, persons, seed, FIRST)
    states: list[State] = []
    limits: dict[int, Floats] = {}
    wanted, of_limit = [day_number(day) for day in DAYS], [day_number(day) for day in LIMIT_DAYS]
    while history.state.today <= day_number(LAST):
        state = history.state
        if wanted and state.today >= wanted[0]:
            states.append(state.future_of(0))
            if of_limit and state.today >= of_limit[0]:
                limits[state.today] = bayes(state, way)
                of_limit.pop(0)
            wanted.pop(0)
        go_on(history, way)
    return history, states, limits


def bayes(state: State, way: WayOfLife) -> Floats:
    """How often each home is in hardship within the horizon, over fresh futures from one state."""
    homes = len(state.homes)
    came_true = np.zeros(homes)
    for future in range(1, FUTURES + 1):
        other, ever = state.future_of(future), in_hardship(state)
        for _ in range(WEEKS_AHEAD):
            step(other, way)
            ever |= in_hardship(other)[:homes]
        came_true += ever
    return came_true / FUTURES


def _day(history: History, told: dict[str, Table], state: State, limit: Floats | None) -> Day:
    count = len(state.homes)
    homes = np.flatnonzero((state.members() > 0) & ~aided(state))
    spells = hardship_spells(history, state.today + HORIZON)
    within = spells["home"][spells["until"] > state.today]
    outcome = np.zeros(len(history.state.homes), bool)
    outcome[within] = True
    later = told["register"]
    entered = later["home"][
        (later["applied"] > state.today) & (later["applied"] <= state.today + HORIZON) & (later["why"] == 0)
    ]
    enters = np.zeros(len(history.state.homes), bool)
    enters[entered] = True
    known = signals(history, told, state.today, len(history.state.homes))
    return Day(
        day=state.today,
        homes=homes,
        known={name: column[homes] for name, column in known.items()},
        now=in_hardship(state)[homes],
        outcome=outcome[homes],
        enters_aid=enters[homes],
        limit=None if limit is None else limit[:count][homes],
    )


def question(days: list[Day], rules: list[AlertRule]) -> dict[str, Any]:
    """How often the outcome comes true, and how well it can be told."""
    outcome = np.concatenate([day.outcome for day in days])
    now = np.concatenate([day.now for day in days])
    enters = np.concatenate([day.enters_aid for day in days])
    known = {name: np.concatenate([day.known[name] for day in days]) for name in days[0].known}
    group = np.concatenate([day.homes for day in days])
    limited = [day for day in days if day.limit is not None]
    odds = np.concatenate([day.limit for day in limited if day.limit is not None])
    true, onset = np.concatenate([day.outcome for day in limited]), ~np.concatenate([day.now for day in limited])
    trees = out_of_fold(known, outcome, group)
    alone = {name: _direction_free(outcome, column) for name, column in known.items()}
    best = max(alone, key=lambda name: alone[name])
    alerted = named(rules, known)
    ranked = np.argsort(-trees)[: max(1, int(alerted.sum()))]
    return {
        "base_rate": float(outcome.mean()),
        "new_onset_rate": float(outcome[~now].mean()),
        "hidden_share": float(now.mean()),
        "bayes_auc": auc(true, odds),
        "bayes_auc_new_onset": auc(true[onset], odds[onset]),
        "lightgbm_auc": auc(outcome, trees),
        "lightgbm_auc_new_onset": auc(outcome[~now], trees[~now]),
        "best_signal_auc": alone[best],
        "best_signal": best,
        "signals": len(known),
        "alerted_share": float(alerted.mean()),
        "alert_hit_rate": float(outcome[alerted].mean()),
        "alert_in_need_at_once": float(now[alerted].mean()),
        "alert_aid_entry": float(enters[alerted].mean()),
        "lightgbm_hit_rate_at_equal_visits": float(outcome[ranked].mean()),
        "aid_entry_rate": float(enters.mean()),
        "signal_auc": alone,
    }


def named(rules: list[AlertRule], known: dict[str, Floats]) -> NDArray[np.bool_]:
    """The homes that any alert rule names, of the rules whose signals stand here."""
    out = np.zeros(len(next(iter(known.values()))), bool)
    for rule in rules:
        if all(condition.field in known for condition in rule.where):
            out |= np.all([_holds(condition, known[condition.field]) for condition in rule.where], axis=0)
    return out


def _holds(condition: Condition, value: Floats) -> NDArray[np.bool_]:
    return np.asarray([condition.holds(one) for one in value.tolist()])


def out_of_fold(known: dict[str, Floats], outcome: NDArray[np.bool_], group: NDArray[np.int64]) -> Floats:
    """LightGBM's odds, each home's from trees that did not see it."""
    import lightgbm

    rows = np.column_stack(list(known.values()))
    odds = np.zeros(len(outcome))
    fold = (group * 2654435761 >> 8) % FOLDS
    settings = {
        "objective": "binary",
        "num_leaves": 15,
        "learning_rate": 0.03,
        "min_data_in_leaf": 100,
        "verbosity": -1,
    }
    settings |= {"feature_fraction": 0.5, "bagging_fraction": 0.7, "bagging_freq": 1, "seed": 1, "num_threads": 1}
    for number in range(FOLDS):
        rest = fold != number
        trees = lightgbm.train(settings, lightgbm.Dataset(rows[rest], outcome[rest]), 200)
        odds[~rest] = np.asarray(trees.predict(rows[~rest]))
    return odds


def auc(true: NDArray[np.bool_], score: Floats) -> float:
    """The area under the ROC curve; ties count a half."""
    from scipy.stats import rankdata

    ranks, ones = rankdata(score), int(true.sum())
    return float((ranks[true].sum() - ones * (ones + 1) / 2) / (ones * (len(true) - ones)))


def _direction_free(true: NDArray[np.bool_], score: Floats) -> float:
    area = auc(true, score)
    return max(area, 1 - area)


def life(history: History, told: dict[str, Table]) -> dict[str, Any]:
    """Figures of how people live, on the last day or a year over the span."""
    state = history.state
    here, age = state.here, state.age[state.here]
    people, homes, members = state.people, state.homes, state.members()
    lived_in = members > 0
    years = (state.today - day_number(history.first)) / YEAR
    first = day_number(history.first)
    local = here & people["local"]
    local_homes = state.of_home(people["local"])
    died = told["residence"]["until"][told["residence"]["why"] == 1] >= first
    born = (people["born"] >= first).sum()
    slack = history.of("slack")
    stock = _stock(slack, history.first)
    disabled_homes = state.of_home(people["disabled"])[lived_in] > 0
    income = homes["own_income"][lived_in] * YEAR / 7
    visits = told["visit"]
    visits = {name: column[visits["day"] >= first] for name, column in visits.items()}
    return {
        "age_0_17": float((age < 18).mean()),
        "age_18_34": float(((age >= 18) & (age < 35)).mean()),
        "age_35_59": float(((age >= 35) & (age < 60)).mean()),
        "age_60": float((age >= 60).mean()),
        "local_share": float(people["local"][here].mean()),
        "births": born / years / here.sum() * 1000,
        "deaths": died.sum() / years / here.sum() * 1000,
        "household_size": float(members[lived_in].mean()),
        "household_size_local": float(local_homes[lived_in & homes["local"]].mean()),
        "book_size_local": _book_size(state, local),
        "among_strangers": float((homes["host"][people["home"][here]] >= 0).mean()),
        "people_local": int(local.sum()),
        "disabled": float(people["disabled"][here].mean()),
        "disabled_homes": float(disabled_homes.mean()),
        "certified": float((people["certified_on"][here] <= state.today).mean()),
        "income_per_head": float(income.sum() / here.sum()),
        "income_disabled_ratio": float(
            income[disabled_homes].sum() / members[lived_in][disabled_homes].sum() * here.sum() / income.sum()
        ),
        "bills_a_year": len(told["bill"]["end"][told["bill"]["end"] >= first]) / years / here.sum(),
        "part_per_head_a_year": told["bill"]["part"][told["bill"]["end"] >= first].sum() / 100 / years / here.sum(),
        "aided_homes": stock[-1][0],
        "aided_homes_first_year": stock[0][0],
        "hidden_homes": float(np.mean([hidden for _, hidden in stock])),
        "hidden_homes_first_year": stock[0][1],
        "hidden_homes_last_year": stock[-1][1],
        "in_need_of_aided": float(in_hardship(state)[aided(state)].mean()),
        "buffer_median": float(np.median(buffer(state)[lived_in])),
        "visits_a_year_per_1000_homes": len(visits["day"]) / years / lived_in.sum() * 1000,
        "visit_hit_by_alert": _share(visits, 0),
        "visit_hit_by_acquaintance": _share(visits, 1),
        "visit_hit_by_chance": _share(visits, 2),
        "months_aided": _months(slack, slack["aided"]),
        "months_hidden": _months(slack, slack["hard"] & ~slack["aided"]),
        "away_share": float((people["away"][here] > 0).mean()),
    }


def _book_size(state: State, local: NDArray[np.bool_]) -> float:
    """How many locals who live in the city stand in a family's household book."""
    books, counts = np.unique(state.people["book"][local], return_counts=True)
    return float(counts[state.homes["kind"][books] == FAMILY].mean())


def _months(slack: Table, flag: NDArray[np.bool_]) -> list[float]:
    """The share of homes with a flag, on each month's day."""
    return [round(float(flag[slack["day"] == day].mean()), 4) for day in np.unique(slack["day"])]


def _share(visits: Table, how: int) -> float:
    met = visits["in_need"][visits["how"] == how]
    return float(met.mean()) if len(met) else 0.0


def _stock(slack: Table, first: date) -> list[tuple[float, float]]:
    """Of all homes those on aid, and those in hardship without it: the mean of each year's months."""
    year = np.array([day_of(day).year for day in np.unique(slack["day"])])
    by_day = dict(zip(np.unique(slack["day"]).tolist(), year.tolist(), strict=True))
    of = np.array([by_day[day] for day in slack["day"].tolist()])
    out = []
    for each in range(first.year, int(year.max()) + 1):
        rows = of == each
        out.append((float(slack["aided"][rows].mean()), float((slack["hard"] & ~slack["aided"])[rows].mean())))
    return out
