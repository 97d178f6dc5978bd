"""The page: every module opens and closes by click and key, offline, without an error."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

import tinygrad_edu as te
from tests.read.graphs import hostile, neuron, tower
from tinygrad_edu import nn
from tinygrad_edu.read import page
from tinygrad_edu.read.page import SIZE, STATES

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)

PROBE = """<script>
const seen = {errors: [], opened: [], closed: [], dangling: 0};
addEventListener("error", event => seen.errors.push(String(event.message)));
const titles = kind => [...document.querySelectorAll(kind)].map(g => g.getAttribute("aria-label"));
const key = (target, key) => target.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
for (let step = 0; step < 12; step++) {
  const closed = [...document.querySelectorAll("main .node.can")];
  if (!closed.length) break;
  seen.opened.push(closed[0].getAttribute("aria-label"));
  step % 2 ? key(closed[0], "Enter") : closed[0].dispatchEvent(new MouseEvent("click", {bubbles: true}));
}
for (let step = 0; step < 12; step++) {
  const open = [...document.querySelectorAll("main .group.can")];
  if (!open.length) break;
  seen.closed.push(open[open.length - 1].getAttribute("aria-label"));
  key(open[open.length - 1], " ");
}
document.getElementById("first").click();
document.getElementById("whole").click();
document.getElementById("theme").click();
seen.theme = document.documentElement.dataset.theme;
seen.ground = getComputedStyle(document.querySelector("main svg > rect")).fill;
seen.requests = performance.getEntriesByType("resource").length;
seen.boxes = document.querySelectorAll("main .node").length;
document.title = "probe:" + JSON.stringify(seen);
</script></body>"""


def probed(drawing, tmp_path):
    """What a browser saw on the page: errors, what was opened and closed, requests."""
    path = tmp_path / "page.html"
    path.write_text(drawing.html().replace("</body>", PROBE), encoding="utf-8")
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", path.as_uri()]
    dom = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    return json.loads(re.search("<title>probe:(.*?)</title>", dom)[1].replace("&amp;", "&"))


@pytest.mark.skipif(CHROMIUM is None, reason="needs a browser")
@pytest.mark.parametrize("make", [neuron, tower, hostile], ids=lambda make: make.__name__)
def test_a_browser_opens_and_closes_everything_without_error_or_request(make, tmp_path):
    drawing = make()
    seen = probed(drawing, tmp_path)
    assert seen["errors"] == [] and seen["requests"] == 0
    assert seen["boxes"] == len(drawing.scene.boxes)
    assert seen["theme"] == "dark" and seen["ground"] == "rgb(18, 22, 28)"
    if make is tower:
        assert len(seen["opened"]) > 3 and seen["closed"][-1] == "close model"


def states(html):
    """The pictures in a page, and where clicks lead."""
    data = json.loads(re.search('id="data">(.*?)</script>', html, re.S)[1])
    return ["".join(data["pieces"][k] for k in p) for p in data["pictures"]], data["leads"]


def test_every_state_leads_to_pictures_that_are_there():
    pictures, leads = states(tower().html())
    assert len(leads) == len(pictures) <= STATES
    for lead, picture in zip(leads, pictures):
        ElementTree.fromstring(picture)
        assert lead and all(0 <= state < len(leads) for state in lead.values())
        assert all(f"id='{key}'" in picture for key in lead)


def test_every_click_opens_what_is_closed_or_closes_what_is_open():
    pictures, leads = states(tower().html())
    assert len(set(pictures)) == len(pictures)
    for lead, picture in zip(leads, pictures):
        for key, state in lead.items():
            is_open = [f"<g class='group' id='{key}'>" in p for p in (picture, pictures[state])]
            assert is_open in ([False, True], [True, False])


def test_where_there_is_no_room_for_all_what_is_seen_first_opens(monkeypatch):
    monkeypatch.setattr(page, "STATES", 9)
    pictures, leads = states(tower().html())
    second = leads[0]["g7"]  # the block after the first, opened
    inside = set(re.findall(r"<g class='node module' id='(\w+)'", pictures[second]))
    assert len(pictures) == 9 and {"g1", "g4", "g5", "g6", "g7", "g51"} <= leads[0].keys()
    assert {"g8", "g9", "g10"} <= inside - leads[second].keys()


def test_opening_leads_to_the_inside_and_closing_back():
    pictures, leads = states(tower(0).html())
    (model, opened) = next(iter(leads[0].items()))
    assert "Residual × 12" not in pictures[0]
    assert "Residual × 12" in pictures[leads[opened]["g2"]]
    assert leads[opened][model] == 0


def test_pictures_of_the_documentation_are_all_shown_and_small():
    docs = Path(__file__).parent.parent.parent / "docs"
    files = list((docs / "seeing").glob("*.png"))
    shown = re.findall(r"seeing/([\w-]+\.png)", (docs / "seeing.md").read_text("utf-8"))
    assert {file.name for file in files} == set(shown)
    assert sum(file.stat().st_size for file in files) < 2_500_000


def test_a_page_of_a_large_model_stays_small():
    model = nn.Sequential(*(nn.Linear(k, k + 1) for k in range(1, 120)))
    html = te.draw(model, te.ones(2, 1)).html()
    assert len(html) < SIZE + 100_000  # what the last picture may be more
    assert "http" not in html.replace("http://www.w3.org/2000/svg", "")
