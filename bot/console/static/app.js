// What the pages do beside what htmx does for them: pieces that arrive, keys, and the reader's own time.

const page = document.body;
/** Pieces that one list shows at most: after a flood the oldest ones go. They stay in the store. */
const MOST = 300;
const streams = new Map();

/** Channels' ids and names, once the platform has told them. */
const names = new Map();

/** Puts names in the place of ids. */
function name(root) {
  if (!names.size) return;
  for (const place of root.querySelectorAll("[data-place]")) {
    place.textContent = place.textContent.replace(/[0-9A-Z]{6,}/g, (id) => (names.has(id) ? `#${names.get(id)}` : id));
  }
}

/** Asks for the names, where a page shows places or asks for one. */
async function learnNames() {
  const choices = document.getElementById("channels");
  if (!choices && !document.querySelector("[data-place]")) return;
  const answer = await fetch("/channels").catch(() => null);
  if (!answer?.ok) return;
  for (const [id, called] of Object.entries(await answer.json())) {
    names.set(id, called);
    choices?.append(Object.assign(document.createElement("option"), { value: id, label: `#${called}` }));
  }
  name(document);
}

/** Puts the reader's own time in the place of the server's, and names in the place of ids. */
function localise(root) {
  name(root);
  const day = new Date().toDateString();
  for (const time of root.querySelectorAll("time[datetime]:not([data-local])")) {
    const at = new Date(time.dateTime);
    const today = at.toDateString() === day;
    const short = "short" in time.dataset;
    time.textContent = at.toLocaleString(document.documentElement.lang, {
      ...(short && today ? {} : { day: "numeric", month: "short" }),
      ...(short && !today ? {} : { hour: "2-digit", minute: "2-digit" }),
    });
    time.title = at.toLocaleString(document.documentElement.lang);
    time.dataset.local = "";
  }
}

/** The element that the server has written; it has escaped all that is not its own. */
function elementOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

/** Replaces the element of that id, or puts it where new ones go. */
function put(place, id, html) {
  const fresh = elementOf(html);
  const old = document.getElementById(id);
  localise(fresh);
  if (old) {
    old.replaceWith(fresh);
    markChosen();
  } else {
    fresh.classList.add("is-new");
    place[place.dataset.insert === "start" ? "prepend" : "append"](fresh);
    const all = place.querySelectorAll(":scope > [id]");
    if (all.length > MOST) all[place.dataset.insert === "start" ? all.length - 1 : 0].remove();
  }
  htmx.process(fresh);
  if (place.dataset.insert === "end") {
    fresh.scrollIntoView({ block: "nearest" });
  }
}

/** Shows whether what arrives still does. */
function tell(connected) {
  for (const words of document.querySelectorAll("[data-state]")) {
    words.hidden = (words.dataset.state === "on") !== connected;
  }
  page.classList.toggle("is-offline", !connected);
}

/** Opens the streams of the page as it is now, and closes those of what is gone. */
function connect() {
  for (const [place, source] of streams) {
    if (!place.isConnected) {
      source.close();
      streams.delete(place);
    }
  }
  for (const place of document.querySelectorAll("[data-stream]")) {
    if (streams.has(place)) continue;
    const source = new EventSource(place.dataset.stream);
    source.onopen = () => tell(true);
    source.onerror = () => tell(false);
    source.onmessage = (event) => {
      const piece = JSON.parse(event.data);
      put(place, piece.id, piece.html);
    };
    streams.set(place, source);
  }
}

function toast(text) {
  const place = document.getElementById("toast");
  place.textContent = text;
  place.classList.toggle("is-on", Boolean(text));
}

// The list and its keys.

const rows = () => [...document.querySelectorAll("#rows > .row")];
let chosenId = "";
const chosen = () => rows().find((row) => row.id === chosenId);
const markChosen = () => rows().forEach((row) => row.classList.toggle("is-chosen", row.id === chosenId));
const pane = () => document.getElementById("case");

function choose(row, { open = true } = {}) {
  if (!row) return;
  chosenId = row.id;
  markChosen();
  const link = row.querySelector("a");
  link.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  // On a small screen there is no room beside the list: the link leads to a page of its own.
  if (open && pane() && pane().offsetParent !== null) {
    htmx.ajax("GET", link.getAttribute("href"), { target: "#case", swap: "innerHTML" });
  }
}

function move(step) {
  const all = rows();
  const at = all.indexOf(chosen());
  choose(all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)]);
}

/** Decides on the case that is open, or on the row that is chosen. */
function decide(action) {
  const row = chosen();
  const shown = document.querySelector(".case");
  const about = row && !(shown && shown.dataset.turn === row.dataset.turn) ? row : shown || row;
  if (!about || !about.dataset.actions.split(" ").includes(action)) return;
  const form = document.createElement("form");
  for (const [name, value] of [["key", page.dataset.key], ["action", action]]) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  // Attributes, not properties: a form's fields hide those of the same name.
  const path = `/cases/${about.dataset.turn}`;
  for (const [name, value] of Object.entries({
    method: "post", action: path, "hx-post": path, "hx-target": "#case", "hx-swap": "innerHTML",
  })) {
    form.setAttribute(name, value);
  }
  form.hidden = true;
  page.append(form);
  htmx.process(form);
  form.requestSubmit();
  setTimeout(() => form.remove(), 30000);
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  c: () => decide("right"),
  f: () => decide("false_alarm"),
  "/": () => document.getElementById("q")?.select(),
};

document.addEventListener("input", (event) => {
  const slide = event.target;
  if (slide.type !== "range") return;
  const shown = slide.closest("label").querySelector("output");
  shown.textContent = Number(slide.value) > 100 ? slide.dataset.never : `${slide.value} %`;
});

document.addEventListener("keydown", (event) => {
  const at = event.target;
  const writing = at.matches?.("input:not([type=range], [type=checkbox]), textarea, select");
  if (event.key === "Escape") {
    toast("");
    if (writing) at.blur();
    return;
  }
  if (writing && at.id === "text" && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    at.form.requestSubmit();
    return;
  }
  if (writing || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
  event.preventDefault();
  keys[event.key]();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-case]");
  const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
  if (link && plain && pane() && pane().offsetParent !== null) {
    event.preventDefault();
    choose(link.closest(".row"));
  }
  const example = event.target.closest?.("[data-fill]");
  if (example) {
    const text = document.getElementById("text");
    text.value = example.textContent;
    text.focus();
  }
});

// htmx has changed something.

document.addEventListener("htmx:after:swap", () => {
  localise(document);
  connect();
  markChosen();
  // The row that had the focus may have been replaced.
  if (document.activeElement === page) chosen()?.querySelector("a").focus({ preventScroll: true });
  document.getElementById("text")?.focus();
});

document.addEventListener("htmx:response:error", (event) => {
  // The session has ended: the page says what to do.
  if (event.detail.ctx.response.status === 403) location.reload();
  else toast(page.dataset.broken);
});
document.addEventListener("htmx:error", () => toast(page.dataset.broken));

addEventListener("pagehide", () => {
  for (const source of streams.values()) source.close();
  streams.clear();
});
addEventListener("pageshow", connect);

localise(document);
connect();
learnNames();
document.querySelector("#chat > .exchange:last-child")?.scrollIntoView({ block: "end" });
