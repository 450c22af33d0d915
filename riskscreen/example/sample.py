"""Made-up deliveries for the example: a small town for two years, as its agencies would have told of it.

Nobody in it is real: ids begin with EX. Hardship follows from what weighs on a household (bills that
insurance does not pay, work that is lost, few earners for many members) and from savings that no agency
knows of; people apply months later, and a few for reasons that nothing tells of. The same arguments
give the same bytes.
"""

import csv
import math
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

FIRST, LAST = date(2022, 1, 1), date(2023, 12, 31)
HALF_YEARS = (date(2022, 6, 30), date(2022, 12, 31), date(2023, 6, 30), LAST)
SNAPSHOTS = (date(2021, 12, 31), *HALF_YEARS)
WAGE_DAYS = (date(2022, 3, 1), date(2023, 3, 1))
MONTHS = tuple(date(year, month, 1) for year in (2022, 2023) for month in range(1, 13))
AREAS = (("north", 0.4), ("south", 0.4), ("hill", 0.2))
PENSION = 1000.0  # a month's, from 65; no agency tells us of it
DORMITORY = 25  # people who share a roof and no purse
WARDS = ("medicine", "surgery", "emergency", "maternity")
LEAVING = ("dismissed", "closed", "contract_ended", "quit")
FAULT_EVERY = 500  # one bill in so many is written wrongly, to show the quarantine
# Out of these made-up names are put together.
BEGINNINGS = (
    "al",
    "ber",
    "cor",
    "dan",
    "el",
    "fer",
    "gun",
    "hol",
    "in",
    "jor",
    "kel",
    "lor",
    "mar",
    "nor",
    "os",
    "pel",
    "ros",
)
ENDINGS = ("a", "bert", "dis", "ena", "fred", "gar", "ia", "kim", "lan", "mir", "nel", "tin", "vin")
FAMILIES = (
    "Ash",
    "Brook",
    "Cairn",
    "Dale",
    "Elm",
    "Fern",
    "Gorse",
    "Heath",
    "Ivy",
    "Juniper",
    "Larch",
    "Marsh",
    "Oak",
    "Reed",
)

Row = dict[str, object]


@dataclass(eq=False)
class Household:
    """Who lives together; ``savings`` is what no agency knows of."""

    number: int
    area: str
    savings: float
    dormitory: bool = False
    members: list["Person"] = field(default_factory=list)


@dataclass(eq=False)
class Person:
    """Somebody, and how it goes with them; ``wage`` is a month's, 0 for those who earn nothing."""

    number: int
    household: Household
    birth_day: date
    sex: str
    since: date
    wage: float
    frailty: float
    until: date | None = None
    ill_until: date = FIRST
    spells: list[tuple[date, date]] = field(default_factory=list)
    aided_until: date = FIRST
    self_paid: list[tuple[date, float]] = field(default_factory=list)

    def age(self, day: date) -> int:
        """Full years on a day."""
        return day.year - self.birth_day.year - ((day.month, day.day) < (self.birth_day.month, self.birth_day.day))

    def days_out_of_work(self, day: date) -> int:
        """For how long the person has been out of work on a day; 0: is at work."""
        return sum((day - begun_on).days for begun_on, found_on in self.spells if begun_on <= day < found_on)

    def lives_there(self, day: date) -> bool:
        """Whether the person is a resident on a day."""
        return self.birth_day <= day and self.since <= day and (self.until is None or self.until >= day)


@dataclass(eq=False)
class Town:
    """Everybody, and the rows that agencies wrote, by feed, each with the day from which it can be delivered."""

    draw: random.Random
    people: list[Person] = field(default_factory=list)
    rows: dict[str, list[tuple[date, Row]]] = field(default_factory=dict)

    def tell(self, feed: str, delivered_on: date, row: Row) -> None:
        """An agency writes a row; what is delivered after the last day is not in the samples."""
        self.rows.setdefault(feed, []).append((delivered_on, row))

    def number_of(self, feed: str) -> int:
        """The number of the next new row of a feed."""
        return len(self.rows.get(feed, [])) + 1


def write_samples(folder: Path, people: int = 1500, seed: int = 1) -> list[Path]:
    """Write the deliveries of a town of about so many people into ``folder``; returns the files in their order."""
    town = _settle(people, random.Random(seed))
    for month in MONTHS:
        _live(town, month)
    _tell_wages(town)
    folder.mkdir(parents=True, exist_ok=True)
    files = [_write(folder, "residents", day, _register(town, day)) for day in SNAPSHOTS]
    for feed, days in (("aid", HALF_YEARS), ("bills", HALF_YEARS), ("jobs", HALF_YEARS), ("wages", WAGE_DAYS)):
        files += _write_increments(folder, feed, town.rows.get(feed, []), days)
    return files


# Who lives in the town


def _settle(people: int, draw: random.Random) -> Town:
    town = Town(draw)
    dormitory = Household(1, "north", 0.0, dormitory=True)
    for _ in range(min(DORMITORY, people // 20)):
        _join(town, dormitory, age=draw.uniform(18, 25), wage=draw.uniform(600, 1200))
    while len(town.people) < people:
        _found(town, len({person.household.number for person in town.people}) + 1)
    return town


def _found(town: Town, number: int) -> None:
    """A household of one or two adults, often children, sometimes an old parent."""
    draw = town.draw
    (area,) = draw.choices([name for name, _ in AREAS], [share for _, share in AREAS])
    home = Household(number, area, savings=draw.gauss(0, 0.5) - (0.4 if area == "hill" else 0.0))
    age, means = draw.uniform(22, 80), math.exp(draw.gauss(0, 0.45))
    for _ in range(1 + (draw.random() < 0.65)):
        earns = age < 65 and draw.random() < 0.82
        _join(town, home, age + draw.uniform(-3, 3), wage=earns * 2200 * means * math.exp(draw.gauss(0, 0.3)))
    for _ in range(draw.choices([0, 1, 2, 3], [0.35, 0.3, 0.25, 0.1])[0] if age < 50 else 0):
        _join(town, home, age=draw.uniform(-2, 17), wage=0)  # below 0: born within the two years
    if age < 60 and draw.random() < 0.1:
        _join(town, home, age=draw.uniform(68, 90), wage=0)


def _join(town: Town, home: Household, age: float, wage: float) -> None:
    draw = town.draw
    birth_day = FIRST - timedelta(days=round(age * 365.25))
    since = max(birth_day, FIRST - timedelta(days=draw.randint(200, 6000)))
    if draw.random() < 0.04:
        since = max(birth_day, FIRST + timedelta(days=draw.randint(0, 600)))  # moves in within the two years
    frailty = draw.gauss(0, 0.7) + max(0.0, (age - 50) / 30)
    sex = draw.choices(["f", "m", "-"], [0.5, 0.49, 0.01])[0]
    person = Person(len(town.people) + 1, home, birth_day, sex, since, round(wage, 2), frailty)
    home.members.append(person)
    town.people.append(person)


# How they live


def _live(town: Town, month: date) -> None:
    """A month of the town: illness, work, need, farewells."""
    for person in town.people:
        if person.lives_there(month):
            _fall_ill(town, person, month)
            if 18 <= person.age(month) < 65 and person.wage:
                _work(town, person, month)
            if person.age(month) >= 18:
                _need(town, person, month)
            _leave(town, person, month)


def _fall_ill(town: Town, person: Person, month: date) -> None:
    draw = town.draw
    again = 5.0 if person.ill_until > month else 1.0
    if draw.random() > min(0.6, 0.022 * math.exp(person.frailty) * again):
        return
    person.ill_until = month + timedelta(days=120)
    total = math.exp(draw.gauss(7.6, 0.9))
    self_paid = total * draw.betavariate(1.6, 2.4)
    discharged_on = _day_in(month, draw)
    person.self_paid.append((discharged_on, self_paid))
    _tell_bill(town, person, discharged_on, total, self_paid)


def _tell_bill(town: Town, person: Person, discharged_on: date, total: float, self_paid: float) -> None:
    draw, number = town.draw, town.number_of("bills")
    booked_on = discharged_on + timedelta(days=draw.randint(0, 20))
    ward = "children" if person.age(discharged_on) < 15 else draw.choice((*WARDS, "-"))
    row: Row = {
        "bill_no": f"EXB{number:07d}",
        "person_id": _id(person),
        "discharged_on": discharged_on,
        "booked_on": booked_on,
        "ward": ward,
        "total": f"{total:.2f}",
        "self_paid": "see letter" if number % FAULT_EVERY == 0 else f"{self_paid:.2f}",
        "status": "booked",
    }
    town.tell("bills", booked_on + timedelta(days=3), row)
    if draw.random() < 0.02:
        later = booked_on + timedelta(days=draw.randint(5, 40))
        town.tell("bills", later + timedelta(days=3), row | {"booked_on": later, "status": "refunded"})


def _work(town: Town, person: Person, month: date) -> None:
    """Work is lost, and found again after some months; each is reported under the same number."""
    draw = town.draw
    if person.spells and person.spells[-1][1] > month:
        return
    poor = 1.6 if person.wage < 1800 else 1.0
    if draw.random() > 0.014 * poor:
        return
    begun_on = _day_in(month, draw)
    found_on = begun_on + timedelta(days=20 + round(draw.expovariate(1 / 200)))
    reported_on = begun_on + timedelta(days=draw.randint(0, 15))
    row: Row = {
        "spell_no": f"EXJ{town.number_of('jobs'):07d}",
        "person_id": _id(person),
        "begun_on": begun_on,
        "until": begun_on + timedelta(days=365),
        "reported_on": reported_on,
        "reason": draw.choice((*LEAVING, "-")),
        "weekly_hours": f"{draw.choice((20, 32.5, 38.5, 40)):g}",
        "remarks": "will call again" if town.number_of("jobs") % 7 == 0 else "",
    }
    town.tell("jobs", reported_on + timedelta(days=2), row)
    told_on = found_on + timedelta(days=draw.randint(0, 10))
    town.tell("jobs", told_on + timedelta(days=2), row | {"until": found_on, "reported_on": told_on})
    person.spells.append((begun_on, found_on))


def _need(town: Town, person: Person, month: date) -> None:
    """Somebody in need applies one to four months later; most are granted aid for a year."""
    draw = town.draw
    if person.aided_until > month or person.household.dormitory or draw.random() > _odds(person, month):
        return
    applied_on = _day_in(month, draw) + timedelta(days=draw.randint(30, 120))
    decided_on = applied_on + timedelta(days=draw.randint(7, 30))
    granted = draw.random() < 0.9
    until = decided_on + timedelta(days=365)
    person.aided_until = until if granted else decided_on
    row: Row = {
        "decision_no": f"EXA{town.number_of('aid'):07d}",
        "person_id": _id(person),
        "applied_on": applied_on,
        "decided_on": decided_on,
        "decision": "granted" if granted else "not_granted",
        "granted_until": until if granted else "",
    }
    town.tell("aid", decided_on + timedelta(days=2), row)


def _odds(person: Person, month: date) -> float:
    """The odds that need arises this month: what weighs on the person and on the household, against savings."""
    home = [member for member in person.household.members if member.lives_there(month)]
    usual = sum(_usual_income(member, month) for member in home) + 300
    lost = sum(member.wage for member in home if member.days_out_of_work(month))
    own, all_bills = _bills(person, month), sum(_bills(member, month) for member in home)
    children = sum(member.age(month) < 18 for member in home)
    weight = (
        1.7 * min(2.5, all_bills / usual)
        + 0.8 * (own > 500)
        + 3.0 * min(1.0, person.days_out_of_work(month) / 120)
        + 2.0 * lost / usual
        + 0.4 * min(3, children)
        + 0.6 * (len(home) == 1 + children)
        - 1.0 * math.log(usual / len(home) / 1200)
        - person.household.savings
    )
    return min(0.3, 0.0004 * math.exp(weight)) + 0.0003


def _usual_income(person: Person, month: date) -> float:
    """A month's wage when at work, or a pension."""
    return PENSION if person.age(month) >= 65 else person.wage


def _bills(person: Person, month: date) -> float:
    """What a person paid for hospital stays in the half-year before."""
    return sum(amount for day, amount in person.self_paid if month - timedelta(days=180) < day <= month)


def _leave(town: Town, person: Person, month: date) -> None:
    """A few die or move away; the register keeps them, with the day."""
    odds = 0.001 + (0.0006 * math.exp((person.age(month) - 65) / 9) if person.age(month) > 50 else 0)
    if town.draw.random() < min(0.1, odds):
        person.until = _day_in(month, town.draw)


def _day_in(month: date, draw: random.Random) -> date:
    return month + timedelta(days=draw.randint(0, 27))


# What the agencies deliver


def _register(town: Town, day: date) -> list[Row]:
    """The register on a day: everybody who lives in the town, or did."""
    known = [person for person in town.people if person.birth_day <= day and person.since <= day]
    return [
        {
            "person_id": _id(person),
            "name": _name(person),
            "household_no": f"EXH{person.household.number:05d}",
            "dwelling": "dormitory" if person.household.dormitory else "home",
            "birth_day": person.birth_day,
            "sex": person.sex,
            "age": person.age(day),
            "area_code": person.household.area,
            "since": person.since,
            "until": person.until if person.until and person.until <= day else "",
            "stated_on": day,
        }
        for person in known
    ]


def _tell_wages(town: Town) -> None:
    for year in (2021, 2022):
        for person in town.people:
            wages = {month: _quarter_wage(town.draw, person, date(year, month, 1)) for month in (3, 6, 9, 12)}
            if any(wages.values()):
                told = {f"wage{month}": f"{wage:.2f}" if wage else "" for month, wage in wages.items()}
                town.tell("wages", date(year + 1, 3, 1), {"person_id": _id(person), "year": year, **told})


def _quarter_wage(draw: random.Random, person: Person, last_month: date) -> float:
    months = [last_month - timedelta(days=days) for days in (61, 30, 0)]
    worked = [month for month in months if person.lives_there(month) and not person.days_out_of_work(month)]
    return sum(person.wage * draw.uniform(0.9, 1.1) for _ in worked)


def _write_increments(folder: Path, feed: str, rows: list[tuple[date, Row]], days: Iterable[date]) -> list[Path]:
    """A file for each day of delivery, with what could be delivered since the one before, if anything."""
    files, before = [], date.min
    for day in days:
        new = [told for told in rows if before < told[0] <= day]
        if new:
            files.append(_write(folder, feed, day, [row for _, row in sorted(new, key=lambda told: told[0])]))
        before = day
    return files


def _write(folder: Path, feed: str, day: date, rows: list[Row]) -> Path:
    path = folder / f"{feed}_{day}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def _name(person: Person) -> str:
    """A name put together of syllables: homes share the last one."""
    number, home = person.number, person.household.number
    first = BEGINNINGS[number % len(BEGINNINGS)] + ENDINGS[number // len(BEGINNINGS) % len(ENDINGS)]
    return f"{first.title()} {FAMILIES[home % len(FAMILIES)]}{ENDINGS[home // len(FAMILIES) % len(ENDINGS)]}"


def _id(person: Person) -> str:
    return f"EX{person.number:07d}"
