// Draws what stands in the table of each chart. Without this file the tables are there.

const styles = getComputedStyle(document.documentElement);
const language = document.documentElement.lang;
const number = new Intl.NumberFormat(language);
const HEIGHT = 190;

/** A day as it is said here, or an hour. */
function shown(label) {
  return label.length < 10 ? `${label}:00` : new Date(`${label}T00:00Z`).toLocaleDateString(language, { day: "numeric", month: "short", timeZone: "UTC" });
}

/** What the chart's table says: its heads, and its lines from the first to the last. */
function told(figure) {
  const [head, ...lines] = [...figure.querySelectorAll("details tr")].map((row) => [...row.children]);
  const words = (cell) => cell.textContent.trim();
  return {
    name: words(head[0]),
    labels: lines.map(([label]) => words(label)),
    columns: head.slice(1).map((title, at) => ({
      title: words(title), colour: title.dataset.colour, values: lines.map((line) => Number(words(line[at + 1]))),
    })),
  };
}

function draw(figure) {
  const place = figure.querySelector(".chart");
  const { name, labels, columns } = told(figure);
  const colour = (wanted) => styles.getPropertyValue(wanted).trim();
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const axis = { stroke: colour("--soft"), font, ticks: { show: false } };
  const bars = uPlot.paths.bars({ size: [0.75, 28] });
  // One bar stands on the other: each is as high as all up to it, and is drawn over those that end above it.
  const tops = labels.map(() => 0);
  const stacked = columns.map(({ title, colour: wanted, values }) => ({
    tops: values.map((value, at) => { tops[at] += value; return value ? tops[at] : null; }),
    series: {
      label: title, fill: colour(wanted), stroke: colour("--paper"), width: 1, paths: bars, points: { show: false },
      value: (_, __, ___, at) => (at === null ? "" : number.format(values[at])),
    },
  })).reverse();
  const most = Math.max(1, ...tops);
  const options = {
    width: place.clientWidth,
    height: HEIGHT,
    series: [
      { label: name, value: (_, at) => (at === null ? "" : shown(labels[at])) },
      ...stacked.map(({ series }) => series),
    ],
    scales: {
      x: { time: false, range: () => [-0.6, labels.length - 0.4] },
      y: { range: () => [0, most * 1.05] },
    },
    axes: [
      { ...axis, grid: { show: false }, space: 56, size: 32, incrs: [1, 2, 3, 4, 5, 7, 10, 14], values: (_, at) => at.map((each) => (labels[each] ? shown(labels[each]) : "")) },
      { ...axis, grid: { stroke: colour("--line"), width: 1 }, space: 36, size: 52, incrs: [1, 2, 5].flatMap((each) => [each, each * 10, each * 100, each * 1e3, each * 1e4, each * 1e5]).sort((a, b) => a - b), values: (_, at) => at.map((each) => number.format(each)) },
    ],
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    legend: { markers: { width: 0, fill: (_, at) => (at ? stacked[at - 1].series.fill : null) } },
  };
  place.replaceChildren();
  const chart = new uPlot(options, [labels.map((_, at) => at), ...stacked.map((each) => each.tops)], place);
  // What each colour is, in the order of the table; the day or the hour comes last.
  const legend = place.querySelector(".u-legend tbody");
  legend.append(...[...legend.children].reverse());
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
