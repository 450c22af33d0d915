"""How fast a made-up population is linked, in how much memory, and how rightly.

Everybody stands in four feeds on average; 97 records in 100 have their person's id, the others none, a relative's or
one that nobody else has. Names, birth dates and addresses have errors, and people move. Each size runs in a process
of its own, whose memory includes the claims.
"""

import multiprocessing
import resource
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from riskscreen.declare import Linkage, Script
from riskscreen.linkage.claims import CLAIMS, DECISIONS, RELATIONS

SIZES = {"S": 100_000, "M": 1_000_000, "L": 5_000_000}
FEEDS = {"register": 1.0, "clinic": 0.9, "work": 0.8, "school": 0.7, "aid": 0.6}
SETTINGS = Linkage(script=Script.HAN, one_record=("register",), checked_ids=True)
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
CHARACTERS = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉建华玉红春梅国志海燕云飞鹏丹波宁莉林斌浩宇轩子涵欣怡佳"
    "琪雨晨思远博雅诗梦洁俊峰凯旋天翔瑞雪晓东立新永生德福成功安康乐山河长江南北宝贵金银铁柱石松柏竹菊荷莲翠青蓝紫"
)
NO_ID, RELATIVES_ID, NOBODYS_ID = 0.02, 0.025, 0.03  # shares, each counting those before it
NEW = 10**10  # ids and homes from here on are of nobody
AT_ONCE = 100_000  # people who are made at a time
RENAMED, MISBORN, MOVED, WITHOUT_HOME = 0.01, 0.005, 0.05, 0.3


def measure(size: str) -> list[dict[str, Any]]:
    """The figure of a size: processor and elapsed seconds, the largest memory in MB, and how right the persons are."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return [pool.apply(_measured, (SIZES[size],))]


def _measured(people: int) -> dict[str, Any]:
    from riskscreen.linkage.identify import identify

    truths: list[Any] = []
    cpu, wall = time.process_time(), time.perf_counter()
    spent = np.zeros(2)
    claims = pa.RecordBatchReader.from_batches(CLAIMS, _batches(people, truths, spent))
    found = identify(claims, RELATIONS.empty_table(), DECISIONS.empty_table(), SETTINGS)
    cpu, wall = np.array([time.process_time() - cpu, time.perf_counter() - wall]) - spent
    figure = {"cpu_s": round(float(cpu), 1), "wall_s": round(float(wall), 1)}
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
    truth = np.concatenate(truths)
    right = _right(found.links["person"].to_numpy(), truth)
    shares = f"precision {right['precision']:.4f}, recall {right['recall']:.4f}"
    work = f"{people:,} people, {len(truth):,} records: {shares}"
    named = {"engine": "riskscreen, link", "work": work, "rows": len(truth)}
    return named | figure | {"peak_mb": peak, **found.figures, **right, "doubtful": found.doubtful.num_rows}


def _batches(people: int, truths: list[Any], spent: Any) -> Iterator[pa.RecordBatch]:
    """The claims of so many people, a hundred thousand of them at a time.

    Who each claim is goes into ``truths``; the processor's and elapsed seconds of making them are added to ``spent``.
    """
    claims = 0
    for at, first in enumerate(range(0, people, AT_ONCE)):
        before = np.array([time.process_time(), time.perf_counter()])
        table, truth = made(min(AT_ONCE, people - first), (1, at), first, claims)
        truths.append(truth)
        claims += len(truth)
        spent += np.array([time.process_time(), time.perf_counter()]) - before
        yield from table.combine_chunks().to_batches()


def _right(person: Any, truth: Any) -> dict[str, float]:
    """Pairwise figures."""
    pairs = [_pairs(person * (truth.max() + 1) + truth), _pairs(person), _pairs(truth)]
    return {"precision": round(pairs[0] / max(pairs[1], 1), 5), "recall": round(pairs[0] / pairs[2], 5)}


def _pairs(group: Any) -> float:
    counts = np.unique(group, return_counts=True)[1].astype(float)
    return float((counts * (counts - 1) / 2).sum())


def made(people: int, seed: Any, first: int = 0, claims: int = 0) -> tuple[pa.Table, Any]:
    """Claims of so many people, ordered by number, and the person of each; both are counted from where one begins."""
    dice = np.random.default_rng(seed)
    who = {name: dice.random(people) for name in FEEDS}
    truth = np.concatenate([np.flatnonzero(who[name] < share) for name, share in FEEDS.items()])
    feed = np.concatenate([np.full((who[name] < share).sum(), at) for at, (name, share) in enumerate(FEEDS.items())])
    family = np.arange(people) // 3
    lives = first + family.astype(np.int64)
    surname = dice.zipf(1.4, people // 3 + 1)[family] % len(SURNAMES)
    given = dice.integers(0, len(CHARACTERS), (people, 2))
    born = np.datetime64("1935-01-01") + dice.integers(0, 365 * 85, people)
    said = _erred(dice, truth, given, born, lives)
    names = _names(surname[truth], said["given"])
    birth = np.char.replace(said["born"].astype("datetime64[D]").astype(str), "-", "")
    home = pa.array(said["home"], mask=(dice.random(len(truth)) < WITHOUT_HOME)).cast(pa.string())
    wave = pa.array(np.where(feed == 0, "once", ""), mask=feed != 0)
    count = len(truth)
    columns = {
        "claim": claims + np.arange(count),
        "feed": pa.DictionaryArray.from_arrays(feed.astype(np.int32), list(FEEDS)).cast(pa.string()),
        "wave": wave,
        "id": said["id"],
        "disagrees": pa.nulls(count, pa.bool_()),
        "known_on": pa.array([date(2024, 1, 1)] * 1).take(pa.array(np.zeros(count, np.int64))),
        "rows": np.ones(count, np.int64),
        "surname": names,
        "birth": pa.array(birth),
        "sex": pa.array(np.where(truth % 2, "1", "2")),
        "home": home,
    }
    nothing = pa.nulls(count, pa.string())
    return pa.table([columns.get(name, nothing) for name in CLAIMS.names], schema=CLAIMS), first + truth


def _erred(dice: Any, truth: Any, given: Any, born: Any, home: Any) -> dict[str, Any]:
    """What the records of ``truth`` say of people's given names, birth dates and homes, with errors."""
    count, people, first = len(truth), len(born), home[0]
    draw = dice.random(count)
    relative = np.minimum(truth // 3 * 3 + (truth + 1) % 3, people - 1)
    nobody = NEW + 7 * first + np.arange(count)
    ids = np.where(draw < RELATIVES_ID, relative, np.where(draw < NOBODYS_ID, nobody, truth))
    given, renamed = given[truth], dice.random(count) < RENAMED
    given[renamed, 1] = dice.integers(0, len(CHARACTERS), renamed.sum())
    slips = np.where(dice.random(count) < MISBORN, dice.integers(1, 9, count), 0)
    moved = dice.random(count) < MOVED
    homes = np.where(moved, NEW + first + dice.integers(0, people, count), home[truth])
    return {"id": pa.array(first + ids, mask=draw < NO_ID), "given": given, "born": born[truth] + slips, "home": homes}


def _names(surname: Any, given: Any) -> pa.Array:
    size = len(CHARACTERS)
    whole = (surname.astype(np.int64) * size + given[:, 0]) * size + given[:, 1]
    distinct, at = np.unique(whole, return_inverse=True)
    texts = [
        SURNAMES[n // size // size] + CHARACTERS[n // size % size] + CHARACTERS[n % size] for n in distinct.tolist()
    ]
    return pa.DictionaryArray.from_arrays(at.astype(np.int32), texts).cast(pa.string())
