// Cards: what a step says, in words, formulas and pictures.

// ---- making elements: text is always text, only our own MathML is markup ----
function make(tag, className, content) {
  const e = document.createElement(tag);
  if (className) e.className = className;
  if (content != null) e.append(...[content].flat());
  return e;
}
function maths(numbers) {
  const e = make("span");
  e.innerHTML = formula(numbers);
  return e;
}
const sign = s => make("span", "sign", s);
const pair = (s, e) => (s ? make("span", "pair", [sign(s), e]) : e); // on one line
function row(...parts) { return make("div", "maths", parts.filter(Boolean)); }

function tile(index, label, turned) { // an array as coloured squares, or a number; its label is text or a formula
  if (index == null) return make("span", "", "–");
  const t = tileOf(index, turned), whole = make("span", "tile");
  if (!t.matrices) whole.append(make("span", "result", t.word));
  else {
    const sheets = make("span", "sheets");
    for (const { levels, numbers } of t.matrices) {
      const across = levels[0].length, heat = make("span", "heat" + (numbers ? " written" : ""));
      const side = Math.max(5, Math.min(14, Math.floor(180 / Math.max(across, levels.length))));
      heat.style.cssText = `grid-template-columns:repeat(${across},auto);--side:${side}px`;
      levels.forEach((line, i) => line.forEach((level, j) => heat.append(make("span", t.kind + level, numbers && numbers[i][j]))));
      sheets.append(heat);
    }
    sheets.setAttribute("role", "img");
    sheets.setAttribute("aria-label", spoken(index, turned));
    whole.append(sheets);
  }
  const small = make("small");
  if (label) small.append(typeof label === "string" ? label : maths(label), t.shape ? " " : "");
  if (t.shape) small.append(t.shape + (t.matrices && !t.matrices[0].numbers ? `, ${t.word}` : "") + (t.note ? ` (${t.note})` : ""));
  if (small.childNodes.length) whole.append(small);
  return whole;
}
function spoken(index, turned) {
  if (index == null) return "not known";
  const { word, shape, matrices } = tileOf(index, turned);
  if (!matrices) return word;
  return matrices[0].numbers ? `${shape}: ${matrices.map(m => m.numbers.map(r => r.join(" ")).join("; ")).join(" | ")}` : `${shape}, between ${word.replace("±", "minus and plus ")}`;
}
const short = index => (index == null ? "·" : tileOf(index).word);

const hides = () => predicting && !printing;
function answer(what, rest) { // hidden in predict mode until it is clicked, and `rest` with it
  const shown = row(what);
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
  const p = make("p", "words"), count = k => k.toLocaleString("en"), { length } = nodes;
  const told = data.older ? `The latest ${count(length)} of ${count(length + data.older)} values` : `${count(length)} value${length > 1 ? "s" : ""}`;
  p.append(`${told}. First each is computed from those before it (`, make("b", "", "forward"),
    "). Then the same graph is walked the other way round: every operation hands its inputs ",
    make("b", "", "incoming gradient × local derivative"), " (", make("b", "", "backward"), ").");
  const keys = make("p", "words");
  keys.append(make("kbd", "", "→"), " next  ", make("kbd", "", "←"), " back  ", make("kbd", "", "space"), " play  ",
    make("kbd", "", "p"), " predict  ", make("kbd", "", "f"), " follow. Click a box or a line of the tape to look at a value.");
  return [make("div", "tag", "start"), make("h2", "", "Step through the chain rule"), p, keys];
}
function forwardCard(s) {
  const n = nodes[s.n], box = make("div", "box");
  if (s.numbers) box.append(row(maths(s.rule)), row(sign("="), maths(s.numbers), answer(pair("=", tile(n.data)))));
  else {
    if (s.rule) box.append(row(maths(s.rule)));
    const inputs = [...new Set(s.from)].filter(k => nodes[k].data != null);
    if (inputs.length && inputs.length < 4) box.append(row(...inputs.flatMap(k => [tile(nodes[k].data, nodes[k].name)])));
    box.append(answer(pair("=", tile(n.data, n.name))));
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
  return make("div", "maths incoming", [make("span", "note", "incoming"), maths(nodes[s.n].by), pair("=", tile(nodes[s.n].grad))]);
}
function contribution(c) {
  const n = nodes[c.n], box = make("div", "box"), rest = make("div");
  box.append(make("h3", "", `to ${n.name}`));
  if (c.rule) box.append(row(maths(c.rule)));
  for (const w of c.where || []) box.append(row(make("span", "note", "where"), maths(w)));
  if (c.words != null) box.append(make("p", "note", texts[c.words]));
  if (c.numbers != null) box.append(row(...(c.numbers.length ? [sign("="), maths(c.numbers)] : []), answer(pair("=", tile(c.value)), rest)));
  else {
    const multiplies = c.plugged.some(p => p[0] === "@" || p[0] === "×");
    box.append(row(...c.plugged.map(([s, t, label, turned]) => pair(s, tile(t, label, turned))),
      answer(pair(multiplies ? "=" : "→", tile(c.value, n.by)), rest)));
  }
  if (c.note != null) box.append(make("p", "note", texts[c.note]));
  if (c.of > 1) rest.append(addedUp(c, n));
  if (c.k === c.of && n.check) rest.append(checks(n));
  box.append(rest);
  return box;
}
function addedUp(c, n) { // "a is used 3 times: -5 + -9 = -14"
  const uses = `${n.name} is used ${c.of} times`;
  if (c.k === 1) return make("p", "note", `${uses}: ${c.of - 1} more will be added.`);
  const terms = [...c.before, c.value].map((t, k) => pair(k ? "+" : "", tile(t)));
  return make("div", "sum", [make("div", "", c.k < c.of ? `${uses}; ${c.k} so far:` : `${uses}:`), row(...terms, answer(pair("=", tile(c.after))))]);
}
function checks(n) {
  const good = n.check.every(c => c.ok), mark = good ? "✓" : "✗";
  const line = n.check.map(c => `${c.at ? c.at + " " : ""}${c.slope}`).join(", ");
  return make("p", good ? "check" : "check no", `${mark} finite difference: ${line}${good ? "" : " — differs: a kink, or a wrong rule"}`);
}
function source(s) {
  return s.source == null ? [] : texts[s.source].split("\n").map((line, j) => make(j ? "code" : "div", "where", line));
}
function groupCard(it) {
  const g = it.group, parts = [make("h2", "", g.title)], inside = g.steps.map(k => steps[k]);
  const own = new Set(inside.map(s => s.n));
  if (it.p === "f") {
    const out = nodes[inside[inside.length - 1].n], box = make("div", "box");
    parts.push(make("p", "words", `${inside.length} operation${inside.length > 1 ? "s" : ""}.`));
    box.append(answer(tile(out.data, out.name)));
    parts.push(box);
  } else if (it.p === "s") parts.push(...backwardCard(inside[0]));
  else {
    parts.push(incoming(inside[0]));
    const last = new Map(); // what leaves the module, as it is after its last step
    for (const s of inside) for (const c of s.to) if (!own.has(c.n)) last.set(c.n, c);
    const isOwn = n => nodes[n].box === it.box, ends = [...last].sort(([a], [b]) => isOwn(a) - isOwn(b)); // first what is passed on
    for (const [n, c] of ends.slice(0, 6)) {
      const box = make("div", "box");
      box.append(make("h3", "", `to ${nodes[n].name}`), answer(tile(c.after, nodes[n].by)));
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
  const plain = numbers => (numbers?.length ? maths(numbers).textContent + " " : "");
  if (s.p === "f") parts.push(plain(s.numbers) + (predicting ? "" : `gives ${spoken(n.data)}`));
  for (const c of s.to || []) {
    parts.push(`To ${nodes[c.n].name}: ${plain(c.numbers)}${predicting ? "what?" : `gives ${spoken(c.value)}`}.`);
    if (c.of > 1 && !predicting) parts.push(`Contribution ${c.k} of ${c.of}, sum ${spoken(c.after)}.`);
  }
  return parts.join(" ");
}
