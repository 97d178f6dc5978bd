// What the page holds: data, of which all that repeats is kept once, and the drawing.
const data = JSON.parse(document.getElementById("data").textContent);
const { steps, chapters, texts } = data;
const byId = id => document.getElementById(id), app = byId("app"), svg = document.querySelector("#graph svg");
const SVG = "http://www.w3.org/2000/svg";
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const words = { f: "forward", s: "seed", b: "backward" };

// ---- what is kept once, put together ----
const formula = ([template, ...words]) => // a template with a word in each of its holes
  data.templates[template].replaceAll("\n", data.over).replaceAll("\t", () => data.words[words.shift()]);
const nodes = data.nodes.name.map((name, k) => {
  const n = Object.fromEntries(Object.entries(data.nodes).map(([key, column]) => [key, column[k]]));
  return { ...n, title: name + n.how, shape: texts[n.shape], check: data.checks[k] };
});
const unpacked = [...data.tiles].fill(null);
function tileOf(index, turned) { // its matrices are rows of levels from 0 to 8, of which a character holds two, and of numbers
  if (!unpacked[index]) {
    const [kind, word, shape, count, down, across, packed, numbers, note] = data.tiles[index];
    const made = unpacked[index] = { kind, word, shape, note };
    const inRows = (list, m) => Array.from({ length: down }, (_, i) => list.slice((m * down + i) * across, (m * down + i + 1) * across));
    const levels = packed && [...packed].map(c => c.charCodeAt() - (c > "\\" ? 36 : 35)).flatMap(c => [Math.floor(c / 9), c % 9]);
    if (packed) made.matrices = Array.from({ length: count }, (_, m) => ({ levels: inRows(levels, m), numbers: numbers ? inRows(numbers, m) : null }));
  }
  return turned ? transpose(unpacked[index]) : unpacked[index];
}
function transpose(t) {
  const turn = rows => rows[0].map((_, j) => rows.map(row => row[j])), wide = t.matrices[0].levels.length > 6;
  return { ...t, shape: t.shape.replace(/(\d+)×(\d+)$/, "$2×$1"),
    matrices: t.matrices.map(m => ({ levels: turn(m.levels), numbers: m.numbers && !wide ? turn(m.numbers) : null })) };
}
for (const s of steps) for (const c of s.to || []) {
  c.k ??= 1; c.of ??= 1; c.value ??= nodes[c.n].grad; c.after ??= c.value;
  c.plugged = c.plugged?.map(p => (p.map ? p : [p, nodes[s.n].grad, nodes[s.n].by])); // a sign alone: the incoming gradient
}

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
