"""The page that steps, driven in a headless browser: every step, key and click, and no word to any network."""

import shutil

import numpy as np
import pytest

import tinygrad_edu as te
from tests.read.graphs import failed, tower_opened
from tinygrad_edu.nn import functional as F
from tinygrad_edu.palette import levels_of

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as running:
        try:
            opened = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        except playwright.Error as error:
            pytest.skip(f"no Chromium that starts: {error}")
        yield opened
        opened.close()


@pytest.fixture
def visit(browser, tmp_path):
    """Opens the page of an explanation; afterwards nothing may have been logged or asked for."""
    troubles, pages = [], []

    def show(explanation, **options):
        path = explanation.save(tmp_path / f"page{len(pages)}.html")
        page = browser.new_page(**{"viewport": {"width": 1280, "height": 720}, **options})
        page.on("console", lambda m: troubles.append(m.text) if m.type != "log" else None)
        page.on("pageerror", lambda e: troubles.append(str(e)))
        page.on("request", lambda r: r.url.startswith("file:") or troubles.append(r.url))
        page.goto(path.as_uri())
        pages.append(page)
        return page

    yield show
    for page in pages:
        page.close()
    assert not troubles


def neuron():
    x, w, b = (te.Value(v, label=n) for v, n in ((2.0, "x"), (-3.0, "w"), (1.0, "b")))
    return (x * w + b + w).tanh(), w


def classifier():
    te.manual_seed(0)
    w, b = te.randn(2, 3, requires_grad=True), te.randn(3, requires_grad=True)
    x = te.randn(4, 2)
    return F.cross_entropy(te.tanh(x @ w + b), te.tensor([0, 1, 2, 0]))


def test_every_step_forward_and_back(visit):
    out, _ = neuron()
    explanation = te.explain(out)
    page = visit(explanation)
    count = len(explanation.steps)
    seen = []
    for k in range(count):
        page.keyboard.press("ArrowRight")
        assert page.input_value("#track") == str(k + 1)
        seen.append(page.inner_text("#step h2"))
    assert seen == [s.title for s in explanation.steps]
    page.keyboard.press("ArrowRight")  # at the end nothing follows
    for k in reversed(range(count)):
        page.keyboard.press("ArrowLeft")
        assert page.input_value("#track") == str(k)


def test_home_end_and_the_numbers_of_the_engine(visit):
    out, w = neuron()
    page = visit(te.explain(out))
    page.keyboard.press("End")
    out.backward()
    tape = page.inner_text("#tape")
    assert f"{w.grad:.4g}".replace("-", "−") in tape and tape.count("✓") == 3
    page.keyboard.press("Home")
    assert "✓" not in page.inner_text("#tape") and page.inner_text("#phase") == "start"


def test_a_gradient_is_shown_only_when_it_is_complete(visit):
    out, _ = neuron()  # w is used twice
    page = visit(te.explain(out))
    page.keyboard.press("End")
    assert "w is used 2 times" in page.inner_text("#step")
    page.keyboard.press("ArrowLeft")
    assert "(1 of 2)" in page.inner_text("#tape")


def test_space_plays_and_pauses(visit):
    page = visit(te.explain(neuron()[0]))
    page.keyboard.press(" ")
    page.wait_for_function("document.querySelector('#track').value > 0", timeout=5000)
    page.keyboard.press(" ")
    assert "play" in page.inner_text("#play")


def test_predict_hides_results_until_they_are_asked_for(visit):
    out, _ = neuron()
    page = visit(te.explain(out))
    page.keyboard.press("End")
    page.keyboard.press("p")
    before = page.inner_text("#step")
    assert "finite difference" not in before
    assert page.inner_text("#say").endswith("what?.")
    while page.locator(".ask:visible").count():
        page.locator(".ask:visible").first.click()
    assert "finite difference" in page.inner_text("#step")


def test_a_click_on_a_box_or_a_line_shows_the_value(visit):
    page = visit(te.explain(classifier()))
    page.keyboard.press("End")
    page.locator("#graph .node").first.click()
    assert page.is_visible("#chosen") and page.locator("#chosen .heat").count()
    page.keyboard.press("Escape")
    assert not page.is_visible("#chosen")
    page.locator("#tape tbody tr").last.click()
    assert "cross_entropy" in page.inner_text("#chosen")


def test_a_matrix_product_is_three_heat_maps(visit):
    page = visit(te.explain(classifier()))
    page.keyboard.press("End")
    assert page.locator("#step .box .heat").count() == 3
    assert "2×4 @ 4×3 → 2×3" in page.inner_text("#step")
    assert page.locator("#step math").first.bounding_box()["width"] > 20


def test_pictures_are_the_arrays_and_their_transposes(visit):
    explanation = te.explain(classifier())
    page = visit(explanation)
    page.keyboard.press("End")
    heats = page.evaluate(
        "[...document.querySelectorAll('#step .heat')].map(h => [...h.children].map(e => [e.className, e.textContent]))"
    )
    step = explanation.steps[-1]
    x, g, product = step.node.edges[0], step.incoming, step.contributions[0].value
    for squares, kind, array in zip(heats, "dgg", (x.T, g, product), strict=True):
        assert [name for name, _ in squares] == [f"{kind}{k}" for k in levels_of(array).flat]
        numbers = [float(text.strip().replace("−", "-")) for _, text in squares]
        assert np.allclose(numbers, array.flat, rtol=1e-3, atol=1e-4)


def test_a_large_picture_is_shrunk_and_still_the_array(visit):
    w = te.tensor(
        [[float(k // 20 - j // 10) for j in range(50)] for k in range(40)], requires_grad=True
    )
    page = visit(te.explain((w * 1.0).sum()))
    page.locator("#graph .node").first.click()
    squares = page.evaluate(
        "[...document.querySelectorAll('#chosen .heat span')].map(e => e.className)"
    )
    assert len(squares) == 14 * 13 and set(squares) == {f"d{k}" for k in range(6)}
    assert "40×50, ±4 (shrunk)" in page.inner_text("#chosen")


def test_a_long_graph_says_what_is_left_out_and_is_followed_at_a_size_that_can_be_read(visit):
    v = w = te.Value(1.0, label="w")
    for k in range(700):
        v = v * 1.01 if k % 3 else v + w * 0.1
    page = visit(te.explain(v), reduced_motion="reduce")
    assert "The latest 500 of 935 values" in page.inner_text("#step")
    for key in ("Home", "ArrowRight", "End"):  # the last step of all reads w, far above
        page.keyboard.press(key)
        page.wait_for_timeout(50)
        largest = page.evaluate(
            "Math.max(...[...document.querySelectorAll('#graph .node')].map(e => e.getBoundingClientRect().height))"
        )
        assert largest > 25, key


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(visit, scheme):
    page = visit(te.explain(classifier()), color_scheme=scheme)
    page.keyboard.press("End")
    page.emulate_media(reduced_motion="reduce", color_scheme=scheme)
    ratios = page.evaluate(CONTRAST)
    assert ratios and min(ratio for _, ratio in ratios) >= 4.5, min(ratios, key=lambda r: r[1])


CONTRAST = """() => {
  const linear = v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(linear);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const ground = e => {
    for (; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (!/, 0\\)$|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const hasText = e => e.offsetParent && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  return [...document.querySelectorAll("header *, aside *")].filter(hasText).map(e => {
    const [dark, bright] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => x - y);
    return [`${e.className}: ${e.textContent.slice(0, 20)}`, (bright + .05) / (dark + .05)];
  });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["steps", "drawing", "modules", "failed"])
def test_text_in_a_drawing_can_be_read(visit, scheme, kind):
    pages = {
        "steps": lambda: te.explain(classifier()),
        "drawing": lambda: te.draw(neuron()[0], grads="compute"),
        "modules": tower_opened,
        "failed": failed,
    }
    page = visit(pages[kind](), color_scheme=scheme, viewport={"width": 1280, "height": 2000})
    page.keyboard.press("End")
    page.emulate_media(reduced_motion="reduce", color_scheme=scheme)
    ratios = page.evaluate(CONTRAST_IN_SVG)
    assert len(ratios) > 10 and min(r for _, r in ratios) >= 4.5, min(ratios, key=lambda r: r[1])


CONTRAST_IN_SVG = """() => {
  const linear = v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(linear);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const ground = (x, y) => { // the colour that is painted there, below text and lines
    for (const e of document.elementsFromPoint(x, y)) {
      if (["text", "tspan", "svg"].includes(e.tagName)) continue;
      const style = getComputedStyle(e), shape = e instanceof SVGElement;
      const colour = shape ? style.fill : style.backgroundColor;
      if (!/none|, 0\\)$|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const visible = e => getComputedStyle(e).visibility === "visible" && e.textContent.trim();
  return [...document.querySelectorAll("svg.te text")].filter(visible).map(e => {
    const { left, top, width, height } = e.getBoundingClientRect();
    const below = ground(left + width / 2, top + height / 2);
    const [dark, bright] = [light(getComputedStyle(e).fill), light(below)].sort((x, y) => x - y);
    return [`${e.textContent} on ${below}`, (bright + .05) / (dark + .05)];
  });
}"""


def test_the_camera_follows_when_it_is_asked_to(visit):
    page = visit(te.explain(classifier()), reduced_motion="reduce")
    whole = page.get_attribute("#graph svg", "viewBox")
    page.keyboard.press("f")
    page.keyboard.press("ArrowRight")
    assert page.get_attribute("#camera", "aria-pressed") == "true"
    assert page.evaluate("document.querySelector('#graph svg').viewBox.baseVal.height") < float(
        whole.split()[3]
    )
    inside, box = page.locator("#graph").bounding_box(), page.locator(".halo.f").bounding_box()
    assert inside["y"] <= box["y"] and box["y"] + box["height"] <= inside["y"] + inside["height"]


def test_nothing_moves_where_motion_is_not_wanted(visit):
    still = "getComputedStyle(document.querySelector('.edge.now.b > path')).animationName"
    for motion, name in (("no-preference", "flow"), ("reduce", "none")):
        page = visit(te.explain(neuron()[0]), reduced_motion=motion)
        page.keyboard.press("End")
        assert page.evaluate(still) == name


def test_a_screen_reader_is_told_each_step(visit):
    page = visit(te.explain(neuron()[0]))
    assert page.get_attribute("#say", "aria-live") == "polite"
    page.keyboard.press("ArrowRight")
    assert "v1 = x × w" in page.inner_text("#say") and "gives −6" in page.inner_text("#say")
    named = "e => e.ariaLabel || e.textContent.trim()"
    assert page.evaluate(f"[...document.querySelectorAll('button, input, select')].every({named})")


def test_paper_shows_the_steps_and_no_buttons(visit):
    page = visit(te.explain(neuron()[0]))
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.is_visible("#paper article") and not page.is_visible("#next")
    assert page.locator("#graph .todo, #graph .later").count() == 0  # the graph as it is at the end
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#graph .later").count()


@pytest.mark.parametrize("width", [400, 1280])
def test_a_drawing_is_as_large_as_can_be_read(visit, width):
    page = visit(tower_opened(), viewport={"width": width, "height": 800})
    assert (
        page.evaluate("document.documentElement.scrollWidth") <= width
    )  # only the drawing scrolls
    natural = page.evaluate("document.querySelector('main svg').viewBox.baseVal.width")
    assert page.locator("main svg").bounding_box()["width"] >= 0.69 * natural
    page.click("#whole")
    box = page.locator("main svg").bounding_box()
    assert box["width"] <= width and box["y"] + box["height"] <= 800


def test_a_box_that_opens_nothing_does_not_look_as_if_it_did(visit, monkeypatch):
    monkeypatch.setattr("tinygrad_edu.read.page.STATES", 5)
    seen = visit(tower_opened()).evaluate(LOOKS)
    assert {tuple(looks) for looks in seen} == {(True,) * 7, (False,) * 7}


LOOKS = """() => pictures.flatMap((_, state) => {
  show(state);
  return [...document.querySelectorAll("main .node")].map(g => [
    g.id in leads[state], g.classList.contains("can"), getComputedStyle(g).cursor === "pointer",
    ...["tabindex", "role", "aria-expanded"].map(name => g.hasAttribute(name)), g.querySelector(".sign") !== null,
  ]);
})"""


def test_the_theme_can_be_chosen(visit):
    page = visit(te.explain(neuron()[0]))
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.click("#theme")
    assert page.evaluate(ground) != before


def test_a_phone_shows_all_without_sideways_scrolling(visit):
    page = visit(te.explain(classifier()), viewport={"width": 400, "height": 800})
    page.keyboard.press("End")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_print_writes_every_step(visit):
    explanation = te.explain(neuron()[0])
    page = visit(explanation)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#paper article").count() == len(explanation.steps)


def test_hostile_labels_run_nothing(visit):
    bad = "</script><img src=x onerror=alert(1)>'\"&\u2028<b>" + "z" * 10_000
    v = te.Value(2.0, label=bad)
    page = visit(te.explain(v * v))
    page.keyboard.press("End")
    assert page.locator("img").count() == 0
    assert "</script><img" in page.inner_text("#tape")


def test_chapters_open_and_close(visit):
    te.manual_seed(0)
    blocks = [te.nn.Sequential(*(te.nn.Tanh() for _ in range(60))) for _ in range(2)]
    model = te.nn.Sequential(te.nn.Linear(2, 2), *blocks)
    x = te.randn(3, 2)
    page = visit(te.explain(lambda x: model(x).sum(), x))
    assert page.is_visible("#chapter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.get_by_text("steps →").click()
    assert page.input_value("#chapter") != "0"
    page.keyboard.press("Escape")
    assert page.input_value("#chapter") == "0"


def test_it_works_in_the_frame_of_a_notebook(browser, tmp_path):
    (tmp_path / "notebook.html").write_text(te.explain(neuron()[0])._repr_html_(), encoding="utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "notebook.html").as_uri())
    frame = page.frame_locator("iframe")
    frame.locator("#next").click()
    assert "v1 = x × w" in frame.locator("#step h2").inner_text()
    page.close()
