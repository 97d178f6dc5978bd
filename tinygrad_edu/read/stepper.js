"use strict";
(() => {
const data = JSON.parse(document.getElementById("data").textContent);
const { nodes, steps, tiles, chapters, texts } = data;
const byId = id => document.getElementById(id), app = byId("app"), svg = document.querySelector("#graph svg");
const SVG = "http://www.w3.org/2000/svg";
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const words = { f: "forward", s: "seed", b: "backward" };

// ---- when each value and gradient is known ----
const bornAt = new Map(), given = nodes.map(() => []); // given: [step, picture after it, k, of] of each gradient
steps.forEach((s, k) => {
  if (s.p === "f") bornAt.set(s.n, k);
  if (s.p === "s") given[s.n].push([k, nodes[s.n].grad, 1, 1]);
  for (const c of s.to || []) given[c.n].push([k, c.after, c.k, c.of]);
});
const known = (n, done) => !bornAt.has(n) || bornAt.get(n) < done;
const gradient = (n, done) => given[n].filter(g => g[0] < done).pop();
const boxes = new Map([...svg.querySelectorAll(".node")].map(g => [g.id, g]));
const edges = [...svg.querySelectorAll(".edge")];
const valueIn = new Map(); // the last value that each box shows
nodes.forEach((n, k) => { if (n.box) valueIn.set(n.box, k); });

// ---- where we are: a chapter is a list of items, each of one step or of a module's ----
let chapter = 0, at = 0, chosen = null, predicting = false, follow = false, timer = null, asked = 0;
const single = k => ({ p: steps[k].p, step: steps[k], done: k + 1, box: nodes[steps[k].n].box });
const whole = g => ({ p: g.p, group: g, done: Math.max(...g.steps) + 1, box: g.box });
const itemsOf = c => (c.groups ? c.groups.map(g => (g.steps.length > 1 ? whole(g) : single(g.steps[0]))) : c.steps.map(single));
let items = itemsOf(chapters[0]);
const item = () => (at ? items[at - 1] : null);

// ---- making elements: text is always text, only our own MathML is markup ----
function make(tag, className, content) {
  const e = document.createElement(tag);
  if (className) e.className = className;
  if (content != null) e.append(...[content].flat());
  return e;
}
function maths(markup, className = "") {
  const e = make("span", className);
  e.innerHTML = markup.replaceAll("\x01", data.d);
  return e;
}
const sign = s => make("span", "sign", s);
function row(...parts) { return make("div", "maths", parts.filter(Boolean)); }

function tile(index, label) { // an array as coloured squares, or a number
  if (index == null) return make("span", "", "–");
  const t = tiles[index], whole = make("span", "tile");
  if (!t.m) whole.append(make("span", "result", t.v));
  else {
    const sheets = make("span", "sheets");
    for (const m of t.m) {
      const across = m.h[0].length, heat = make("span", "heat" + (m.t ? " written" : ""));
      const side = Math.max(5, Math.min(14, Math.floor(180 / Math.max(across, m.h.length))));
      heat.style.cssText = `grid-template-columns:repeat(${across},auto);--side:${side}px`;
      m.h.forEach((line, i) => [...line].forEach((level, j) =>
        heat.append(make("span", t.k + level, m.t ? m.t[i][j] : null))));
      sheets.append(heat);
    }
    sheets.setAttribute("role", "img");
    sheets.setAttribute("aria-label", spoken(index));
    whole.append(sheets);
  }
  const small = make("small");
  if (label) small.append(typeof label === "string" ? maths(label) : label, t.s ? " " : "");
  if (t.s) small.append(t.s + (t.m && !t.m[0].t ? `, ${t.v}` : "") + (t.cut ? ` (${t.cut})` : ""));
  if (small.childNodes.length) whole.append(small);
  return whole;
}
function spoken(index) {
  if (index == null) return "not known";
  const t = tiles[index];
  if (!t.m) return t.v;
  return t.m[0].t ? `${t.s}: ${t.m.map(m => m.t.map(r => r.join(" ")).join("; ")).join(" | ")}` : `${t.s}, between ${t.v.replace("±", "minus and plus ")}`;
}
const short = index => (index == null ? "·" : tiles[index].v);

const hides = () => predicting && !printing;
function answer(parts, rest) { // hidden in predict mode until it is clicked, and `rest` with it
  const shown = row(...parts);
  if (!hides()) return shown;
  if (rest) rest.hidden = true;
  const ask = make("button", "ask", "= ?");
  ask.setAttribute("aria-label", "show the result");
  ask.onclick = () => {
    ask.replaceWith(shown);
    if (rest) rest.hidden = false;
    shown.tabIndex = -1;
    shown.focus();
    if (!--asked) paint();
  };
  asked++;
  return ask;
}

// ---- cards ----
let printing = false;
function card(k) { // what a step says
  const it = k ? items[k - 1] : null, made = make("div", it ? it.p : "");
  if (!it) { made.append(...start()); return made; }
  const of = items.filter(i => (i.p === "f") === (it.p === "f")), n = of.indexOf(it) + 1;
  made.append(make("div", "tag", `${words[it.p]} ${it.p === "s" ? "" : `${n} of ${of.length}`}`));
  if (it.group) made.append(...groupCard(it));
  else made.append(make("h2", "", nodes[it.step.n].title), ...(it.p === "f" ? forwardCard : backwardCard)(it.step));
  return made;
}
function start() {
  const p = make("p", "words"), total = nodes.length;
  p.append(`${total} values. First each is computed from those before it (`, make("b", "", "forward"),
    "). Then the same graph is walked the other way round: every operation hands its inputs ",
    make("b", "", "incoming gradient × local derivative"), " (", make("b", "", "backward"), ").");
  const keys = make("p", "words");
  keys.append(make("kbd", "", "→"), " next  ", make("kbd", "", "←"), " back  ", make("kbd", "", "space"), " play  ",
    make("kbd", "", "p"), " predict  ", make("kbd", "", "f"), " follow. Click a box or a line of the tape to look at a value.");
  return [make("div", "tag", "start"), make("h2", "", "Step through the chain rule"), p, keys];
}
function forwardCard(s) {
  const n = nodes[s.n], box = make("div", "box");
  if (s.numbers) box.append(row(maths(s.rule)), row(sign("="), maths(s.numbers), answer([sign("="), tile(n.data)])));
  else {
    if (s.rule) box.append(row(maths(s.rule)));
    const inputs = [...new Set(s.from)].filter(k => nodes[k].data != null);
    if (inputs.length && inputs.length < 4) box.append(row(...inputs.flatMap(k => [tile(nodes[k].data, make("span", "", nodes[k].name))])));
    box.append(answer([sign("="), tile(n.data, make("span", "", n.name))]));
  }
  return [box, ...source(s)];
}
function backwardCard(s) {
  const n = nodes[s.n], parts = [];
  if (s.words != null) parts.push(make("p", "words", texts[s.words]));
  if (s.p === "s") {
    const rule = make("div", "rule"); rule.append(maths(s.rule));
    return [rule, ...parts, ...source(s)];
  }
  if (n.grad != null && !s.to.some(c => c.plugged && c.plugged.length)) parts.push(incoming(s));
  for (const c of s.to) parts.push(contribution(c));
  if (!s.to.length) parts.push(make("p", "note", "None of its inputs needs a gradient."));
  return [...parts, ...source(s)];
}
function incoming(s) {
  return make("div", "maths incoming", [make("span", "note", "incoming"), maths(s.incoming), sign("="), tile(nodes[s.n].grad)]);
}
function contribution(c) {
  const n = nodes[c.n], box = make("div", "box"), rest = make("div");
  box.append(make("h3", "", `to ${n.name}`));
  if (c.rule) box.append(row(maths(c.rule)));
  for (const w of c.where || []) box.append(row(make("span", "note", "where"), maths(w)));
  if (c.words != null) box.append(make("p", "note", texts[c.words]));
  if (c.numbers != null) box.append(row(c.numbers && sign("="), c.numbers && maths(c.numbers), answer([sign("="), tile(c.value)], rest)));
  else {
    const multiplies = c.plugged.some(p => p[0] === "@" || p[0] === "×");
    box.append(row(...c.plugged.flatMap(([s, t, label]) => [s && sign(s), tile(t, label)]),
      answer([sign(multiplies ? "=" : "→"), tile(c.value, c.label)], rest)));
  }
  if (c.note) box.append(make("p", "note", c.note));
  if (c.of > 1) rest.append(addedUp(c, n));
  if (c.k === c.of && n.check) rest.append(checks(n));
  box.append(rest);
  return box;
}
function addedUp(c, n) { // "a is used 3 times: -5 + -9 = -14"
  const uses = `${n.name} is used ${c.of} times`;
  if (c.k === 1) return make("p", "note", `${uses}: ${c.of - 1} more will be added.`);
  const terms = [...c.before, c.value].flatMap((t, k) => [k ? sign("+") : null, tile(t)]);
  return make("div", "sum", [make("div", "", c.k < c.of ? `${uses}; ${c.k} so far:` : `${uses}:`), row(...terms, answer([sign("="), tile(c.after)]))]);
}
function checks(n) {
  const good = n.check.every(c => c.ok), mark = good ? "✓" : "✗";
  const line = n.check.map(c => `${c.at ? c.at + " " : ""}${c.slope}`).join(", ");
  return make("p", good ? "check" : "check no", `${mark} finite difference: ${line}${good ? "" : " — differs: a kink, or a wrong rule"}`);
}
function source(s) {
  return s.source ? s.source.map((k, j) => make(j ? "code" : "div", "where", texts[k])) : [];
}
function groupCard(it) {
  const g = it.group, parts = [make("h2", "", g.title)], inside = g.steps.map(k => steps[k]);
  const own = new Set(inside.map(s => s.n));
  if (it.p === "f") {
    const out = nodes[inside[inside.length - 1].n], box = make("div", "box");
    parts.push(make("p", "words", `${inside.length} operation${inside.length > 1 ? "s" : ""}.`));
    box.append(answer([tile(out.data, make("span", "", out.name))]));
    parts.push(box);
  } else if (it.p === "s") parts.push(...backwardCard(inside[0]));
  else {
    parts.push(incoming(inside[0]));
    const last = new Map(); // what leaves the module, as it is after its last step
    for (const s of inside) for (const c of s.to) if (!own.has(c.n)) last.set(c.n, c);
    const isOwn = n => nodes[n].box === it.box, ends = [...last].sort(([a], [b]) => isOwn(a) - isOwn(b)); // first what is passed on
    for (const [n, c] of ends.slice(0, 6)) {
      const box = make("div", "box");
      box.append(make("h3", "", `to ${nodes[n].name}`), answer([tile(c.after, maths(c.label || ""))]));
      if (c.k === c.of && nodes[n].check) box.append(checks(nodes[n]));
      else if (c.k < c.of) box.append(make("p", "note", `${c.k} of ${c.of} contributions`));
      parts.push(box);
    }
    if (ends.length > 6) parts.push(make("p", "note", `and to ${ends.length - 6} more of its parameters`));
  }
  const target = chapters.findIndex(c => c.box === g.box);
  if (target > 0 && !printing) {
    const open = make("button", "", `its ${inside.length} steps →`);
    open.onclick = () => enter(target, it.p === "f" ? 1 : null);
    parts.push(open);
  }
  return parts;
}
function say() {
  const it = item();
  if (!it) return `Start. ${nodes.length} values, ${items.length} steps.`;
  if (it.group) return `${words[it.p]}: ${it.group.title}`;
  const s = it.step, n = nodes[s.n], parts = [`${words[s.p]} ${at} of ${items.length}: ${n.title}.`];
  const plain = markup => (markup ? maths(markup).textContent + " " : "");
  if (s.p === "f") parts.push(plain(s.numbers) + (predicting ? "" : `gives ${spoken(n.data)}`));
  for (const c of s.to || []) {
    parts.push(`To ${nodes[c.n].name}: ${plain(c.numbers)}${predicting ? "what?" : `gives ${spoken(c.value)}`}.`);
    if (c.of > 1 && !predicting) parts.push(`Contribution ${c.k} of ${c.of}, sum ${spoken(c.after)}.`);
  }
  return parts.join(" ");
}

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
  const live = rows.get(now), frame = byId("tape");
  if (live) frame.scrollTop = Math.round((live.offsetTop - frame.clientHeight / 2) / live.offsetHeight) * live.offsetHeight; // whole lines
}
function look(done) { // the value that was clicked
  const frame = byId("chosen");
  frame.hidden = chosen == null;
  if (chosen == null) return;
  const n = nodes[chosen], got = gradient(chosen, done);
  const close = make("button", "", "×"); close.setAttribute("aria-label", "close"); close.onclick = () => choose(null); close.style.float = "right";
  frame.replaceChildren(close, make("h3", "", n.title), row(
    known(chosen, done) ? tile(n.data, make("span", "", "data")) : make("span", "note", "not computed yet"),
    got ? tile(got[1], make("span", "", `grad${got[2] < got[3] ? `, ${got[2]} of ${got[3]}` : ""}`)) : make("span", "note", "grad: not computed yet")));
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
function camera() {
  if (!svg.clientHeight) return;
  const it = item();
  if (!follow || !it) return fly(everything);
  const s = it.step, ids = [it.box, ...(s ? [...(s.from || []), ...(s.to || []).map(c => c.n)].map(n => nodes[n].box) : [])];
  const m = svg.getScreenCTM().inverse();
  const frames = ids.map(id => boxes.get(id)).filter(Boolean).map(g => g.getBoundingClientRect());
  if (!frames.length) return fly(everything);
  const corner = (x, y) => new DOMPoint(x, y).matrixTransform(m);
  const a = corner(Math.min(...frames.map(f => f.left)), Math.min(...frames.map(f => f.top)));
  const b = corner(Math.max(...frames.map(f => f.right)), Math.max(...frames.map(f => f.bottom)));
  const ratio = svg.clientWidth / svg.clientHeight;
  const h = Math.max((b.y - a.y) * 1.2 + 10, ((b.x - a.x) * 1.06 + 16) / ratio, svg.clientHeight / 1.25), w = h * ratio;
  fly([(a.x + b.x - w) / 2, (a.y + b.y - h) / 2, w, h]);
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
    if (!tiles.some(t => t.m && t.k === kind)) continue;
    const span = make("span", "", `${word} − `);
    for (const level of [0, 2, 4, 6, 8]) { const i = make("i", kind + level); i.style.margin = "0"; i.style.border = "0"; span.append(i); }
    span.append(" +"); legend.append(span);
  }
  if (tiles.some(t => !t.m && t.k === "g")) {
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
})();
