"""The layout in Python: nothing overlaps, edges run with the direction, groups hold what is theirs."""

import random
import time

import pytest
from hypothesis import given, settings, strategies as st

from tests.read.graphs import GRAPHS
from tinygrad_edu.read.boxes import measure
from tinygrad_edu.read.drawing import arranged
from tinygrad_edu.read.layers import crossings, order_layers, ranks_of
from tinygrad_edu.read.layout import layout
from tinygrad_edu.read.places import spread


def some_graph(boxes, seed, grouped=True):
    """Boxes of many sizes, each fed by one or two before it; groups of ten within groups of twenty."""
    draw = random.Random(seed)
    sizes = {f"b{k}": (draw.choice([34, 90, 160]), draw.choice([26, 60, 90])) for k in range(boxes)}
    edges = [
        (f"b{draw.randrange(max(0, k - 9), k)}", f"b{k}")
        for k in range(1, boxes)
        for _ in range(draw.choice([1, 1, 2]))
    ]
    parents = {f"b{k}": f"g{k // 10}" for k in range(boxes)} if grouped else {}
    parents |= {g: f"h{int(g[1:]) // 2}" for g in set(parents.values())}
    return sizes, edges, parents


def apart(a, b):
    return (
        a.x + a.width <= b.x + 0.01
        or b.x + b.width <= a.x + 0.01
        or a.y + a.height <= b.y + 0.01
        or b.y + b.height <= a.y + 0.01
    )


def holds(outer, inner):
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width + 0.01
        and inner.y + inner.height <= outer.y + outer.height + 0.01
    )


def chain(key, parents):
    return [key, *chain(parents[key], parents)] if parents.get(key) else [key]


@pytest.mark.parametrize("direction", ["TB", "LR"])
@pytest.mark.parametrize("seed", range(6))
def test_boxes_and_groups_overlap_only_what_holds_them(seed, direction):
    sizes, edges, parents = some_graph(37, seed)
    titles = dict.fromkeys(set(parents.values()), 60.0)
    laid = layout(sizes, edges, parents, titles, [(30, 11)] * len(edges), direction)
    frames = list(laid.frames.items())
    assert set(laid.frames) == {*sizes, *parents.values()}
    for k, (a, frame) in enumerate(frames):
        for b, other in frames[:k]:
            if b in chain(a, parents):
                assert holds(other, frame)
            elif a in chain(b, parents):
                assert holds(frame, other)
            else:
                assert apart(frame, other), (a, b)


@pytest.mark.parametrize("direction", ["TB", "LR"])
def test_edges_run_forward_from_border_to_border(direction):
    sizes, edges, parents = some_graph(40, 7)
    laid = layout(sizes, edges, parents, direction=direction)
    along = 1 if direction == "TB" else 0
    for (a, b), route in zip(edges, laid.routes):
        tail, head = laid.frames[a], laid.frames[b]
        assert route[0][along] == pytest.approx(tail[along] + tail[along + 2])
        assert route[-1][along] == pytest.approx(head[along])
        steps = [q[along] - p[along] for p, q in zip(route, route[1:])]
        assert all(step >= -0.01 for step in steps)
        for point, frame in ((route[0], tail), (route[-1], head)):
            across = 1 - along
            assert frame[across] <= point[across] <= frame[across] + frame[across + 2]


def test_edges_cross_no_box():
    sizes, edges, parents = some_graph(40, 3)
    laid = layout(sizes, edges, parents)
    for edge, route in zip(edges, laid.routes):
        for (ax, ay), (bx, by) in zip(route, route[1:]):
            for key in sizes:
                frame = laid.frames[key]
                if key not in edge and ax == bx and frame.x < ax < frame.x + frame.width:
                    assert by <= frame.y + 0.01 or ay >= frame.y + frame.height - 0.01


def test_a_chain_is_straight_and_parameters_stand_beside_it():
    sizes = {
        "x": (60, 40),
        "v": (90, 40),
        "w": (80, 50),
        "u": (120, 40),
        "b": (30, 30),
        "y": (60, 40),
    }
    edges = [("x", "v"), ("w", "u"), ("v", "u"), ("u", "y"), ("b", "y")]
    frames = layout(sizes, edges).frames
    centres = {k: frames[k].x + frames[k].width / 2 for k in frames}
    assert centres["v"] == pytest.approx(centres["u"], abs=1)
    assert centres["u"] == pytest.approx(centres["y"], abs=1)


def test_the_same_graph_gives_the_same_layout():
    assert layout(*some_graph(60, 5)) == layout(*some_graph(60, 5))


def test_four_hundred_boxes_take_less_than_a_second():
    for grouped in (False, True):
        sizes, edges, parents = some_graph(400, 1, grouped)
        start = time.process_time()
        layout(sizes, edges, parents, labels=[(30, 11)] * len(edges))
        assert time.process_time() - start < 1.5  # twice what an idle machine takes


def test_cycles_loops_and_nothing_are_drawn_too():
    sizes = dict.fromkeys("abc", (50.0, 20.0))
    laid = layout(sizes, [("a", "b"), ("b", "c"), ("c", "a")])
    assert laid.frames["a"].y < laid.frames["b"].y < laid.frames["c"].y
    assert laid.routes[2][0][1] > laid.routes[2][-1][1]
    assert layout({}, []).width == 0


def test_a_box_stands_just_above_its_first_use():
    #      0 -> 1 -> 2 -> 3, and a parameter 4 that only 3 uses
    assert ranks_of(5, [(0, 1), (1, 2), (2, 3), (4, 3)]) == [0, 1, 2, 3, 2]


def test_a_plane_graph_is_drawn_without_crossings():
    pairs = [(0, 4), (1, 3), (2, 5), (3, 8), (4, 7), (5, 6)]
    layers = order_layers([0, 0, 0, 1, 1, 1, 2, 2, 2], pairs)
    assert crossings(layers, [[(b, 0, 0) for a, b in pairs if a == k] for k in range(9)]) == 0


def test_ports_decide_between_edges_of_the_same_two_boxes():
    #      0 and 1 both lead to 2: 0 to its right end, 1 to its left
    assert order_layers([0, 0, 1], [(0, 2), (1, 2)], [(0, 0.4), (0, -0.4)])[0] == [1, 0]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-99, 99), st.floats(0.1, 9), st.floats(0, 20)), min_size=1, max_size=8
    )
)
def test_spread_is_the_best_that_keeps_the_gaps(items):
    wanted, weights, gaps = zip(*items)
    found = spread(wanted, weights, gaps[:-1])
    assert all(b - a >= gap - 1e-6 for a, b, gap in zip(found, found[1:], gaps))
    cost = sum(w * (x - y) ** 2 for x, y, w in zip(found, wanted, weights))
    draw = random.Random(0)
    for _ in range(20):  # no neighbour that keeps the gaps is better
        other = [x + draw.uniform(-1, 1) for x in found]
        if all(b - a >= gap for a, b, gap in zip(other, other[1:], gaps)):
            assert sum(w * (x - y) ** 2 for x, y, w in zip(other, wanted, weights)) >= cost - 1e-6


@pytest.mark.parametrize("make", GRAPHS, ids=lambda make: make.__name__)
def test_drawings_have_room_for_everything(make):
    scene = make().scene
    laid = arranged(scene, use_dot=False)
    sizes = measure(scene)
    for box in scene.boxes:
        assert laid.frames[box.key][2:] == pytest.approx(sizes[box.key])
    boxes = [laid.frames[box.key] for box in scene.boxes]
    assert all(apart(a, b) for k, a in enumerate(boxes) for b in boxes[:k])
    assert all(f.x >= 0 and f.x + f.width <= laid.width + 0.01 for f in boxes)
