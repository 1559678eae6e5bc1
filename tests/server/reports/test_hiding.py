"""Hidden numbers stay hidden, however a reader adds and subtracts."""

from typing import Any

import hypothesis
from hypothesis import strategies as st

from server.reports.hiding import FLOOR, Key, Sum, hidden

Numbers = dict[Key, int]

T = ("all", "all")


def line(*values: int) -> tuple[Numbers, list[Sum]]:
    keys = [(f"r{n}", "all") for n in range(len(values))]
    counts = dict(zip(keys, values, strict=True)) | {T: sum(values)}
    return counts, [Sum(T, tuple(keys))]


def grid(rows: list[list[int]]) -> tuple[Numbers, list[Sum]]:
    """A table with sums of rows and of columns, and the sum of all."""
    counts: Numbers = {}
    wide = range(len(rows[0]))
    for y, row in enumerate(rows):
        counts |= {(f"r{y}", f"c{x}"): row[x] for x in wide} | {(f"r{y}", "all"): sum(row)}
    counts |= {("all", f"c{x}"): sum(row[x] for row in rows) for x in wide}
    counts[T] = sum(map(sum, rows))
    names = [*(f"r{y}" for y in range(len(rows))), "all"]
    sums = [Sum((y, "all"), tuple((y, f"c{x}") for x in wide)) for y in names]
    columns = [*(f"c{x}" for x in wide), "all"]
    high = range(len(rows))
    return counts, [*sums, *(Sum(("all", x), tuple((f"r{y}", x) for y in high)) for x in columns)]


def possible(
    counts: Numbers, sums: list[Sum], gone: frozenset[Key], key: Key, most: int = 40
) -> set[int]:
    """Every value that a reader finds for a hidden number, by trying: independent of the code.

    Free numbers are tried one after the other; what a sum leaves for its last one is computed.
    """
    unknown = sorted(gone)
    known = {k: v for k, v in counts.items() if k not in gone}
    found = set[int]()

    def settle(told: Numbers) -> Numbers | None:
        changed = True
        while changed:
            changed = False
            for one in sums:
                open_ones = [k for k in (one.total, *one.parts) if k not in told]
                if len(open_ones) > 1:
                    continue
                parts = sum(told[k] for k in one.parts if k in told)
                if not open_ones:
                    if told[one.total] != parts:
                        return None
                    continue
                k = open_ones[0]
                value = parts if k == one.total else told[one.total] - parts
                if value < 1:  # a nought is never hidden
                    return None
                told[k] = value
                changed = True
        return told

    def search(tried: Numbers) -> bool:
        told = settle(dict(tried))
        if told is None:
            return False
        left = [k for k in unknown if k not in told]
        if not left:
            return True
        return any(search({**told, left[0]: value}) for value in range(1, most))

    for value in range(1, most):
        if search({**known, key: value}):
            found.add(value)
        if len(found) >= 4:
            break
    return found


def test_large_numbers_and_noughts_are_all_shown() -> None:
    counts, sums = line(7, 0, 12, 5)
    assert hidden(counts, sums) == frozenset()


def test_a_small_number_alone_is_hidden() -> None:
    assert hidden({("a", "all"): 3, ("b", "all"): 9, ("c", "all"): 0}) == {("a", "all")}


def test_one_small_part_takes_the_next_smallest_with_it() -> None:
    counts, sums = line(2, 30, 9, 0)
    assert hidden(counts, sums) == {("r0", "all"), ("r2", "all")}


def test_two_that_could_only_be_one_each_take_a_third_along() -> None:
    counts, sums = line(1, 1, 20, 8)
    assert hidden(counts, sums) == {("r0", "all"), ("r1", "all"), ("r3", "all")}


def test_a_small_total_hides_its_parts_too() -> None:
    counts, sums = line(1, 2)
    assert hidden(counts, sums) == {("r0", "all"), ("r1", "all"), T}


def test_a_single_part_takes_its_total_along() -> None:
    counts, sums = line(4, 0, 0)
    assert hidden(counts, sums) == {("r0", "all"), T}


def test_a_grid_does_not_give_a_number_away_by_its_other_sums() -> None:
    counts, sums = grid([[2, 20, 30], [40, 50, 60], [70, 80, 90]])
    gone = hidden(counts, sums)
    assert len(gone) == 4  # a rectangle
    assert len(possible(counts, sums, gone, ("r0", "c0"))) >= 4


small = st.integers(0, 9)


@hypothesis.given(st.lists(small, min_size=1, max_size=5))
def test_no_hidden_number_of_a_line_can_be_computed(values: list[int]) -> None:
    counts, sums = line(*values)
    gone = hidden(counts, sums)
    for key, value in counts.items():
        if 0 < value < FLOOR:
            assert key in gone
            assert len(possible(counts, sums, gone, key)) >= 4
    assert not any(counts[key] == 0 for key in gone)


@hypothesis.settings(max_examples=20)
@hypothesis.given(st.data())
def test_no_hidden_number_of_a_grid_can_be_computed(data: Any) -> None:
    high, wide = data.draw(st.sampled_from([(2, 2), (2, 3), (3, 2)]))
    rows = [[data.draw(small) for _ in range(wide)] for _ in range(high)]
    counts, sums = grid(rows)
    gone = hidden(counts, sums)
    # The first and the last small number: trying them all takes long.
    marks = [key for key, value in counts.items() if 0 < value < FLOOR]
    assert set(marks) <= gone
    for key in {*marks[:1], *marks[-1:]}:
        assert len(possible(counts, sums, gone, key, most=25)) >= 4, (rows, key, gone)


@hypothesis.given(st.lists(small, min_size=1, max_size=6))
def test_the_same_numbers_hide_the_same(values: list[int]) -> None:
    counts, sums = line(*values)
    turned = dict(reversed(counts.items()))
    assert len(hidden(counts, sums)) == len(hidden(turned, sums))
    assert hidden(counts, sums) == hidden(dict(counts), list(sums))


def test_hiding_is_not_all_there_is() -> None:
    """Most of a table with large numbers stays readable."""
    rows = [[x * 7 + y * 11 + 6 for x in range(4)] for y in range(20)]
    rows[3][2] = 1
    counts, sums = grid(rows)
    assert len(hidden(counts, sums)) <= 6
