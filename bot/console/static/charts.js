// Draws what stands in the table of each chart. Without this file the tables are there.

const styles = getComputedStyle(document.documentElement);
const language = document.documentElement.lang;
const number = new Intl.NumberFormat(language);
const HEIGHT = 190;

/** A day as it is said here; an hour as it is. */
function shown(label) {
  return label.length < 10 ? label : new Date(`${label}T00:00Z`).toLocaleDateString(language, { day: "numeric", month: "short", timeZone: "UTC" });
}

/** What the chart's table says: its heads, and its lines from the first to the last. */
function told(figure) {
  const cells = (row) => [...row.children].map((cell) => cell.textContent.trim());
  const [head, ...lines] = [...figure.querySelectorAll("details tr")].map(cells);
  return { head, labels: lines.map(([label]) => label), stopped: lines.map((line) => Number(line[1])), rest: lines.map((line) => Number(line[2])) };
}

function draw(figure) {
  const place = figure.querySelector(".chart");
  const { head, labels, stopped, rest } = told(figure);
  const colour = (name) => styles.getPropertyValue(name).trim();
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const axis = { stroke: colour("--soft"), font, ticks: { show: false } };
  const bars = uPlot.paths.bars({ size: [0.75, 28], radius: [0.15, 0] });
  const series = (label, name, values) => ({
    label, fill: colour(name), stroke: colour(name), width: 0, paths: bars, points: { show: false },
    value: (_, __, ___, at) => (at === null ? "" : number.format(values[at])),
  });
  const options = {
    width: place.clientWidth,
    height: HEIGHT,
    // One bar stands on the other: the whole is drawn first, and what was stopped over it.
    series: [
      { label: head[0], value: (_, at) => (at === null ? "" : shown(labels[at])) },
      series(head[2], "--soft", rest),
      series(head[1], "--lamp", stopped),
    ],
    scales: {
      x: { time: false, range: () => [-0.6, labels.length - 0.4] },
      y: { range: (_, __, most) => [0, Math.max(1, most) * 1.05] },
    },
    axes: [
      { ...axis, grid: { show: false }, space: 56, size: 32, incrs: [1, 2, 3, 4, 5, 7, 10, 14], values: (_, at) => at.map((each) => (labels[each] ? shown(labels[each]) : "")) },
      { ...axis, grid: { stroke: colour("--line"), width: 1 }, space: 36, size: 52, incrs: [1, 2, 5].flatMap((each) => [each, each * 10, each * 100, each * 1e3, each * 1e4, each * 1e5]).sort((a, b) => a - b), values: (_, at) => at.map((each) => number.format(each)) },
    ],
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
  };
  place.replaceChildren();
  const chart = new uPlot(options, [labels.map((_, at) => at), stopped.map((each, at) => each + rest[at]), stopped], place);
  new ResizeObserver(() => {
    if (place.clientWidth && chart.width !== place.clientWidth) chart.setSize({ width: place.clientWidth, height: HEIGHT });
  }).observe(place);
}

function drawAll() {
  for (const figure of document.querySelectorAll("figure:has(.chart)")) draw(figure);
}

drawAll();
for (const table of document.querySelectorAll("figure:has(.chart) details")) table.open = false;
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
