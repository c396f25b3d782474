"""Alignment of two sequences: paragraphs, words, or blocks of a page.

We use Myers' shortest edit script, which reads best, within a fixed effort. Where a stretch would cost more, the items
that occur exactly once on both sides are its landmarks (patience diff). Without landmarks it counts as replaced.
Python's difflib is quadratic, and cubic at its worst: two texts of 200 kB would hold a worker for minutes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import pairwise

Pair = tuple[int, int]
Run = tuple[bool, int, int, int, int]

ONE_TRY = 100_000  # steps for one stretch, before landmarks are used
MAX_DEPTH = 24


class Effort:
    """Remaining cost of an alignment in steps of about 0.5 µs, shared by the parts of one comparison."""

    def __init__(self, steps: int = 600_000) -> None:
        self.left = steps
        self.was_too_small = False  # if True, some stretch counts as replaced that may have equal parts

    def spend(self, steps: int) -> bool:
        """Subtract steps; return False and set `was_too_small` if too few are left."""
        if steps > self.left:
            self.was_too_small = True
            return False
        self.left -= steps
        return True


def align(before: Sequence[Hashable], after: Sequence[Hashable], effort: Effort) -> list[Pair]:
    """Return pairs `(position in before, position in after)` of equal items, rising in both."""
    pairs: list[Pair] = []
    stretches = [(0, len(before), 0, len(after), 0)]
    while stretches:
        low, high, from_, to, depth = stretches.pop()
        while low < high and from_ < to and before[low] == after[from_]:
            pairs.append((low, from_))
            low, from_ = low + 1, from_ + 1
        while low < high and from_ < to and before[high - 1] == after[to - 1]:
            high, to = high - 1, to - 1
            pairs.append((high, to))
        if low == high or from_ == to:
            continue
        left, right = before[low:high], after[from_:to]
        found = _shortest(left, right, effort)
        if found is not None:
            pairs += [(low + i, from_ + j) for i, j in found]
            continue
        landmarks = _landmarks(left, right) if depth < MAX_DEPTH and effort.left > 0 else []
        if not landmarks:
            effort.was_too_small = True
        bounds = [(-1, -1), *landmarks, (len(left), len(right))] if landmarks else []
        for (i, j), (next_i, next_j) in pairwise(bounds):
            stretches.append((low + i + 1, low + next_i, from_ + j + 1, from_ + next_j, depth + 1))
        pairs += [(low + i, from_ + j) for i, j in landmarks]
    return sorted(pairs)


def runs(pairs: Sequence[Pair], before: int, after: int) -> list[Run]:
    """Convert pairs to runs `(equal, low, high, from, to)` that cover both sequences, of these lengths."""
    found: list[Run] = []
    i = j = 0
    for left, right in [*pairs, (before, after)]:
        if i < left or j < right:
            found.append((False, i, left, j, right))
        if left < before and right < after:
            if found and found[-1][0] and found[-1][2] == left and found[-1][4] == right:
                found[-1] = (True, found[-1][1], left + 1, found[-1][3], right + 1)
            else:
                found.append((True, left, left + 1, right, right + 1))
        i, j = left + 1, right + 1
    return found


def smooth(found: Sequence[Run], before: Sequence[str], after: Sequence[str]) -> list[Run]:
    """Join changes with only a short equal stretch between them, such as a blank or “the”."""
    joined: list[Run] = []
    for run in found:
        if not run[0] and len(joined) > 1 and not joined[-2][0]:
            _, low, high, from_, to = joined[-2]
            between = "".join(before[joined[-1][1] : joined[-1][2]])
            sizes = (
                max(len("".join(before[low:high])), len("".join(after[from_:to]))),
                max(len("".join(before[run[1] : run[2]])), len("".join(after[run[3] : run[4]]))),
            )
            if len(between) <= min(*sizes, 12) and "\n" not in between:
                joined[-2:] = [(False, low, run[2], from_, run[4])]
                continue
        joined.append(run)
    return joined


def pair_similar(before: Sequence[Counter[str]], after: Sequence[Counter[str]], effort: Effort) -> list[Pair]:
    """Return rising pairs of items with enough words in common; in long sequences, of nearby positions only."""
    if not before or not after:
        return []
    one_row = 2 * len(before) + sum(map(len, before)) // 2 + 1  # cost to compare one of `after` with all
    width = min(len(after), effort.left // 2 // one_row)
    if width < min(len(after), 3):
        effort.was_too_small = True
        return []
    effort.spend(one_row * width)
    pairs = []
    for i, words in enumerate(before):
        first = max(0, min(i * len(after) // len(before) - width // 2, len(after) - width))
        likeness, j = max((_likeness(words, after[j]), -j) for j in range(first, first + width))
        if likeness:
            pairs.append((i, -j, likeness))
    return _rising(pairs) if len(pairs) > 1 else [(i, j) for i, j, _ in pairs]


def _likeness(left: Counter[str], right: Counter[str]) -> float:
    size = left.total() + right.total()
    share = 2 * sum(min(count, right[word]) for word, count in left.items() if word in right) / size if size else 0.0
    return share if share >= 0.4 else 0.0


def _shortest(left: Sequence[Hashable], right: Sequence[Hashable], effort: Effort) -> list[Pair] | None:
    """Return the pairs of Myers' O(ND) shortest script; None if it costs more than ONE_TRY or the effort left."""
    n, m = len(left), len(right)
    if set(left).isdisjoint(right):
        return []
    difference = Counter(left)
    difference.subtract(right)
    least = sum(map(abs, difference.values()))  # no script is shorter
    most = min(ONE_TRY, effort.left)
    if least * least // 4 > most:
        return None
    furthest, trace, spent = {1: 0}, [], 0
    for length in range(n + m + 1):
        spent += length + 1
        if spent > most:
            effort.left -= most
            return None
        trace.append(furthest.copy())
        for k in range(-length, length + 1, 2):
            down = k == -length or (k != length and furthest[k - 1] < furthest[k + 1])
            x = furthest[k + 1] if down else furthest[k - 1] + 1
            y = x - k
            while x < n and y < m and left[x] == right[y]:
                x, y = x + 1, y + 1
            furthest[k] = x
            if x >= n and y >= m:
                effort.left -= spent
                return _walk_back(trace, n, m)
    return []


def _walk_back(trace: list[dict[int, int]], x: int, y: int) -> list[Pair]:
    pairs = []
    for length in range(len(trace) - 1, -1, -1):
        furthest, k = trace[length], x - y
        down = k == -length or (k != length and furthest[k - 1] < furthest[k + 1])
        before_k = k + 1 if down else k - 1
        before_x = furthest[before_k]
        before_y = before_x - before_k
        while x > max(before_x, 0) and y > max(before_y, 0):
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = before_x, before_y
    return pairs[::-1]


def _landmarks(left: Sequence[Hashable], right: Sequence[Hashable]) -> list[Pair]:
    once = {item for item, count in Counter(right).items() if count == 1}
    place = {item: position for position, item in enumerate(right) if item in once}
    counts = Counter(left)
    pairs = [(i, place[item]) for i, item in enumerate(left) if counts[item] == 1 and item in place]
    return _rising([(i, j, 1.0) for i, j in pairs])


def _rising(pairs: Sequence[tuple[int, int, float]]) -> list[Pair]:
    """Return the longest chain that rises on both sides; of two pairs for one item, the more similar one counts."""
    best: dict[int, tuple[int, float]] = {}
    for number, (_, j, likeness) in enumerate(pairs):
        if j not in best or likeness > best[j][1]:
            best[j] = (number, likeness)
    kept = {number for number, _ in best.values()}
    rest = [pair for number, pair in enumerate(pairs) if number in kept]
    ends: list[int] = []  # the smallest end of a chain of each length
    at: list[int] = []
    links: list[int] = []
    for number, (_, j, _) in enumerate(rest):
        length = bisect_left(ends, j)
        links.append(at[length - 1] if length else -1)
        ends[length : length + 1] = [j]
        at[length : length + 1] = [number]
    chain, number = [], at[-1] if at else -1
    while number >= 0:
        chain.append(rest[number][:2])
        number = links[number]
    return chain[::-1]
