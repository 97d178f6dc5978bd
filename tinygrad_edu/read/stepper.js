// Moving through the steps: the drawing, the tape and the camera follow.

// ---- where we are: a chapter is a list of items, each of one step or of a module's ----
let chapter = 0, at = 0, chosen = null, predicting = false, follow = false, timer = null, asked = 0;
const single = k => ({ p: steps[k].p, step: steps[k], done: k + 1, box: nodes[steps[k].n].box });
const whole = g => ({ p: g.p, group: g, done: Math.max(...g.steps) + 1, box: g.box });
const itemsOf = c => (c.groups ? c.groups.map(g => (g.steps.length > 1 ? whole(g) : single(g.steps[0]))) : c.steps.map(single));
let items = itemsOf(chapters[0]);
const item = () => (at ? items[at - 1] : null);

// ---- the drawing ----
function paint() { // the state of graph and tape; in predict mode as before the step, until all is revealed
  const it = item(), done = it ? (hides() && asked ? (at > 1 ? items[at - 2].done : 0) : it.done) : 0;
  svg.querySelectorAll(".halo, .so-far").forEach(e => e.remove());
  const live = new Set(it ? (it.group ? it.group.steps : [steps.indexOf(it.step)]) : []);
  for (const [id, g] of boxes) {
    const n = valueIn.get(id);
    if (n == null) continue;
    g.classList.toggle("todo", !known(n, it && it.p === "f" ? Math.max(done, it.done) : done));
    for (const cell of g.querySelectorAll(":scope > .cell")) {
      const what = cell.dataset.cell;
      if (what === "data") cell.classList.toggle("later", !known(n, done));
      if (!what.includes("grad")) continue;
      const got = gradient(n, done), whole = got && (got[2] === got[3]);
      cell.classList.toggle("later", !whole);
      if (got && !whole) soFar(cell, `${got[2]} of ${got[3]}`);
    }
  }
  const into = new Set(), fed = new Set(); // "tail head" pairs
  for (const k of live) {
    const s = steps[k], box = nodes[s.n].box;
    if (s.p === "f") for (const e of s.from) into.add(`${nodes[e].box} ${box}`);
    for (const c of s.to || []) { into.add(`${nodes[c.n].box} ${box}`); fed.add(nodes[c.n].box); }
  }
  const passed = new Set();
  for (let k = 0; k < done; k++) for (const c of steps[k].to || []) passed.add(`${nodes[c.n].box} ${nodes[steps[k].n].box}`);
  for (const e of edges) {
    const pair = `${e.dataset.from} ${e.dataset.to}`, head = valueIn.get(e.dataset.to);
    const now = it && into.has(pair);
    e.classList.remove("now", "f", "b");
    if (now) e.classList.add("now", it.p === "f" ? "f" : "b");
    e.classList.toggle("passed", passed.has(pair));
    e.classList.toggle("todo", head != null && !now && !known(head, done));
  }
  if (it && boxes.has(it.box)) halo(boxes.get(it.box), it.p);
  for (const id of fed) if (boxes.has(id) && id !== it.box) halo(boxes.get(id), "given");
  if (chosen != null && boxes.has(nodes[chosen].box)) halo(boxes.get(nodes[chosen].box), "chosen");
  tape(done);
  look(done);
}
function soFar(cell, text) {
  const frame = cell.getBBox(), t = document.createElementNS(SVG, "text");
  t.setAttribute("x", frame.x + frame.width / 2); t.setAttribute("y", frame.y + frame.height - 8);
  t.setAttribute("text-anchor", "middle"); t.setAttribute("class", "so-far"); t.style.visibility = "visible";
  t.textContent = text; cell.append(t);
}
function halo(g, className) {
  const frame = [...g.querySelectorAll(":scope > rect")].pop(), r = document.createElementNS(SVG, "rect");
  const size = name => +frame.getAttribute(name);
  for (const [name, value] of Object.entries({ x: -5, y: -5, width: size("width") + 10, height: size("height") + 10, rx: size("rx") + 5 })) r.setAttribute(name, value);
  r.setAttribute("class", "halo " + className);
  g.append(r);
}

// ---- the tape ----
const inTape = () => [...new Set(items.flatMap(i => i.group ? i.group.steps.map(k => steps[k].n) : [i.step.n, ...(i.step.from || [])]))].sort((a, b) => a - b);
let rows = new Map();
function layTape() {
  const table = make("table"), head = make("thead"), body = make("tbody");
  const line = make("tr"); for (const t of ["the tape", "data", "grad", ""]) { const th = make("th", "", t); th.scope = "col"; line.append(th); }
  head.append(line); table.append(head, body); rows = new Map();
  for (const n of inTape()) {
    const tr = make("tr"), node = nodes[n];
    tr.append(make("td", "", [node.title, " ", make("small", "", node.shape)]), make("td"), make("td"), make("td"));
    tr.onclick = () => choose(n);
    rows.set(n, tr); body.append(tr);
  }
  byId("tape").replaceChildren(table);
}
function tape(done) {
  const it = item(), now = it && !it.group ? it.step.n : null;
  for (const [n, tr] of rows) {
    const node = nodes[n], got = gradient(n, done), whole = got && got[2] === got[3];
    tr.className = (n === now || (it && it.group && it.box === node.box) ? "now " : "") + (n === chosen ? "chosen" : "");
    tr.cells[1].textContent = known(n, done) ? short(node.data) : "·";
    tr.cells[2].textContent = got ? short(got[1]) + (whole ? "" : ` (${got[2]} of ${got[3]})`) : "·";
    const mark = whole && node.check ? (node.check.every(c => c.ok) ? "✓" : "✗") : "";
    tr.cells[3].replaceChildren(mark ? make("span", mark === "✓" ? "yes" : "no", mark) : "");
    tr.cells[3].title = mark ? "compared with finite differences" : "";
  }
  windTape();
}
function windTape() { // to the line of this step, with a whole line below the head
  const it = item(), live = it && !it.group && rows.get(it.step.n), frame = byId("tape");
  if (!live) return;
  const head = frame.querySelector("thead").offsetHeight, top = live.offsetTop - (frame.clientHeight + head) / 2;
  frame.scrollTop = [...rows.values()].find(tr => tr.offsetTop - head >= top).offsetTop - head;
}
new ResizeObserver(windTape).observe(byId("tape"));
function look(done) { // the value that was clicked
  const frame = byId("chosen");
  frame.hidden = chosen == null;
  if (chosen == null) return;
  const n = nodes[chosen], got = gradient(chosen, done);
  const close = make("button", "", "×"); close.setAttribute("aria-label", "close"); close.onclick = () => choose(null); close.style.float = "right";
  frame.replaceChildren(close, make("h3", "", n.title), row(
    known(chosen, done) ? tile(n.data, "data") : make("span", "note", "not computed yet"),
    got ? tile(got[1], `grad${got[2] < got[3] ? `, ${got[2]} of ${got[3]}` : ""}`) : make("span", "note", "grad: not computed yet")));
  if (got && got[2] === got[3] && n.check) frame.append(checks(n));
}
function choose(n) { chosen = n; paint(); }

// ---- the camera ----
const view = svg.viewBox.baseVal, everything = [view.x, view.y, view.width, view.height];
let frame = 0;
function fly(to) {
  cancelAnimationFrame(frame);
  const from = [view.x, view.y, view.width, view.height], begun = performance.now();
  const tick = now => {
    const u = calm ? 1 : Math.min(1, (now - begun) / 280), e = u * (2 - u);
    [view.x, view.y, view.width, view.height] = from.map((v, k) => v + (to[k] - v) * e);
    if (u < 1) frame = requestAnimationFrame(tick);
  };
  if (calm) tick(Infinity); else frame = requestAnimationFrame(tick);
}
const TINY = 2.5; // how many times larger than the window a drawing may be and still be told apart
function camera() {
  if (!svg.clientHeight) return;
  const it = item(), s = it?.step;
  const whole = Math.max(everything[2] / svg.clientWidth, everything[3] / svg.clientHeight) < TINY;
  if (!follow || (!it && whole)) return fly(everything);
  const ids = [(it || items[0]).box, ...(s ? [...(s.from || []), ...(s.to || []).map(c => c.n)].map(n => nodes[n].box) : [])];
  const there = around(ids), near = there && there[3] < TINY * svg.clientHeight;
  fly((near ? there : around(ids.slice(0, 1))) || everything);
}
function around(ids) { // where to look to see these boxes
  const m = svg.getScreenCTM().inverse();
  const frames = ids.map(id => boxes.get(id)).filter(Boolean).map(g => g.getBoundingClientRect());
  if (!frames.length) return null;
  const corner = (x, y) => new DOMPoint(x, y).matrixTransform(m);
  const a = corner(Math.min(...frames.map(f => f.left)), Math.min(...frames.map(f => f.top)));
  const b = corner(Math.max(...frames.map(f => f.right)), Math.max(...frames.map(f => f.bottom)));
  const ratio = svg.clientWidth / svg.clientHeight;
  const h = Math.max((b.y - a.y) * 1.2 + 10, ((b.x - a.x) * 1.06 + 16) / ratio, svg.clientHeight / 1.25), w = h * ratio;
  return [(a.x + b.x - w) / 2, (a.y + b.y - h) / 2, w, h];
}
function setCamera(on) { follow = on; byId("camera").setAttribute("aria-pressed", on); camera(); }
let drag = null;
svg.addEventListener("pointerdown", e => { if (!e.target.closest(".node")) drag = [e.clientX, e.clientY, view.x, view.y]; });
addEventListener("pointermove", e => {
  if (!drag) return;
  const k = Math.max(view.width / svg.clientWidth, view.height / svg.clientHeight);
  view.x = drag[2] - (e.clientX - drag[0]) * k; view.y = drag[3] - (e.clientY - drag[1]) * k;
});
addEventListener("pointerup", () => { drag = null; });
svg.addEventListener("wheel", e => {
  if (!e.ctrlKey) return;
  e.preventDefault();
  const f = e.deltaY > 0 ? 1.12 : 1 / 1.12;
  view.x += view.width * (1 - f) / 2; view.y += view.height * (1 - f) / 2; view.width *= f; view.height *= f;
}, { passive: false });

// ---- moving ----
function go(k) {
  at = Math.max(0, Math.min(items.length, k));
  asked = 0;
  const it = item();
  app.className = it ? it.p : "";
  byId("step").replaceChildren(card(at));
  byId("step").scrollTop = 0;
  const turn = items.findIndex(i => i.p !== "f"), n = turn < 0 ? items.length : turn, track = byId("track");
  byId("phase").textContent = !it ? "start" : it.p === "f" ? `forward ${at}/${n}` : `backward ${at - n}/${items.length - n}`;
  track.max = items.length; track.value = at;
  track.style.setProperty("--turn", `${100 * n / items.length}%`);
  track.style.setProperty("--at", `${100 * at / items.length}%`);
  track.setAttribute("aria-valuetext", byId("phase").textContent);
  paint();
  camera();
  byId("say").textContent = say();
}
function enter(k, position) {
  chapter = k; items = itemsOf(chapters[k]); byId("chapter").value = k;
  const back = items.findIndex(i => i.p !== "f");
  layTape(); go(position ?? Math.max(back + 1, 0));
}
function stop() { clearInterval(timer); timer = null; byId("play").textContent = "▶ play"; byId("play").setAttribute("aria-pressed", false); }
byId("first").onclick = () => go(0);
byId("back").onclick = () => go(at - 1);
byId("next").onclick = () => go(at + 1);
byId("last").onclick = () => go(items.length);
byId("track").oninput = e => go(+e.target.value);
byId("play").onclick = () => {
  if (timer) return stop();
  if (at === items.length) go(0);
  byId("play").textContent = "❚❚ pause"; byId("play").setAttribute("aria-pressed", true);
  timer = setInterval(() => { go(at + 1); if (at === items.length) stop(); }, 1500);
};
byId("predict").onclick = () => { predicting = !predicting; byId("predict").setAttribute("aria-pressed", predicting); go(at); };
byId("camera").onclick = () => setCamera(!follow);
const root = document.documentElement;
const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
const nameTheme = () => { byId("theme").textContent = isDark() ? "light" : "dark"; };
byId("theme").onclick = () => { root.dataset.theme = isDark() ? "light" : "dark"; nameTheme(); };
nameTheme();
byId("chapter").onchange = e => enter(+e.target.value, 0);
addEventListener("keydown", e => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.tagName === "SELECT") return;
  const onButton = e.target.tagName === "BUTTON" || e.target.closest?.(".node");
  const act = {
    ArrowRight: () => go(at + 1), ArrowLeft: () => go(at - 1), Home: () => go(0), End: () => go(items.length),
    p: () => byId("predict").click(), f: () => byId("camera").click(),
    " ": onButton ? null : () => byId("play").click(),
    Escape: () => (chosen != null ? choose(null) : chapter && enter(0, 0)),
  }[e.key];
  if (act) { e.preventDefault(); act(); }
});
for (const [id, g] of boxes) {
  const n = valueIn.get(id);
  if (n == null) continue;
  g.tabIndex = 0; g.setAttribute("role", "button"); g.setAttribute("aria-label", `look at ${nodes[n].title}`);
  g.addEventListener("click", () => choose(chosen === n ? null : n));
  g.addEventListener("keydown", e => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); e.stopPropagation(); choose(n); } });
}
addEventListener("beforeprint", () => { // the whole graph as it is at the end, then every step
  cancelAnimationFrame(frame);
  [view.x, view.y, view.width, view.height] = everything;
  const here = at;
  printing = true; at = items.length; paint(); at = here;
  svg.querySelectorAll(".halo").forEach(e => e.remove());
  edges.forEach(e => e.classList.remove("now", "f", "b"));
  byId("paper").replaceChildren(...items.slice(0, 400).map((_, k) => { const a = make("article"); a.append(card(k + 1)); return a; }));
  printing = false;
});
addEventListener("afterprint", () => { paint(); camera(); });

// ---- the legend, the chapters, the first step ----
{
  const kinds = new Set([...svg.querySelectorAll(".node")].map(g => g.classList[1])), legend = byId("legend");
  for (const kind of ["input", "parameter", "output", "constant", "module"]) {
    const box = svg.querySelector(`.node.${kind} > rect:last-of-type`);
    if (!kinds.has(kind) || !box) continue;
    const mark = make("i"), fill = svg.querySelector(`.node.${kind} > rect`);
    mark.style.cssText = `background:${getComputedStyle(fill).fill};border:${box.getAttribute("stroke-width")}px ${box.hasAttribute("stroke-dasharray") ? "dashed" : "solid"} ${getComputedStyle(box).stroke}`;
    legend.append(make("span", "", [mark, kind]));
  }
  for (const [kind, word] of [["d", "data"], ["g", "grad"]]) {
    if (!data.tiles.some(t => t.length > 3 && t[0] === kind)) continue;
    const span = make("span", "", `${word} − `);
    for (const level of [0, 2, 4, 6, 8]) { const i = make("i", kind + level); i.style.margin = "0"; i.style.border = "0"; span.append(i); }
    span.append(" +"); legend.append(span);
  }
  if (data.tiles.some(t => t.length < 4 && t[0] === "g")) {
    const span = make("span", "", "|grad| ");
    for (const level of [0, 1, 2, 3, 4]) { const i = make("i", "bin" + level); i.style.margin = "0"; span.append(i); }
    span.append(" small to large"); legend.append(span);
  }
  legend.append(make("span", "keys", [make("kbd", "", "←"), " ", make("kbd", "", "→"), " step  ", make("kbd", "", "space"), " play"]));
  if (chapters.length > 1) {
    const select = byId("chapter");
    chapters.forEach((c, k) => select.append(new Option(c.title, k)));
    select.hidden = false;
  }
}
layTape();
go(+(/step=(\d+)/.exec(location.hash)?.[1] ?? 0));
new ResizeObserver((_, watcher) => {
  if (svg.clientHeight < 20) return;
  watcher.disconnect();
  setCamera(Math.min(svg.clientWidth / everything[2], svg.clientHeight / everything[3]) < 0.6);
}).observe(svg);
