// What a page of the flow tells the portal around it: that it is there, which step it is, how high, how it ended.
// No card data, names or amounts: a host may log what it hears. All of it is a hint; money is booked by other means.
//
// It runs beside whatever made the page, the server or the WebAssembly program, and knows both by their marks:
// <html lang data-host="https://portal.example" data-view="pay" data-test-mode> and
// <main data-page="…" data-outcome="…" data-attempt="…" data-reference="…">.

const steps = { amount: "amount", card: "card", result: "result" };
const statuses = { taken: "taken", declined: "declined", unknown: "unknown", not_sent: "cancelled" };

const about = document.documentElement.dataset;
const hosts = (about.host ?? "").split(" ").filter(Boolean);

let port;
let step;
let outcome;
let changed;
let height = 0;
let watched = [];

function say(type, detail) {
  port.postMessage({ type, ...detail });
}

function tellPage() {
  const main = document.querySelector("main[data-page]");
  const { page, outcome: ended, attempt, reference } = main?.dataset ?? {};
  if (page === "session" && step !== page) say("session", { state: "expired" });
  const now = steps[page];
  if (now && now !== step) say("step", { step: now });
  step = page === "session" ? page : now ?? step;

  // Said once for each page: a host reads again what it shows of it.
  const what = main?.dataset.changed;
  if (what && what !== changed) say("changed", { what });
  changed = what;

  const status = page === "result" ? statuses[ended] : undefined;
  const told = `${attempt} ${status}`;
  if (!status || !attempt || told === outcome) return;
  outcome = told;
  say("outcome", reference ? { status, attempt, reference } : { status, attempt });
}

// The height of what is in the body, not of the body: html and body may be stretched to the frame's own height,
// and then a shorter step would never shrink it.
function contentHeight() {
  const px = (style, name) => parseFloat(style.getPropertyValue(name)) || 0;
  let bottom = 0;
  let lastMargin = 0;
  for (const child of document.body.children) {
    const style = getComputedStyle(child);
    // Out of the flow: a dialog, a notice. It lies over the page and adds nothing to it.
    if (style.display === "none" || style.position === "fixed" || style.position === "absolute") continue;
    const edge = child.getBoundingClientRect().bottom + window.scrollY;
    if (edge < bottom) continue;
    bottom = edge;
    lastMargin = px(style, "margin-bottom");
  }
  const body = getComputedStyle(document.body);
  const inner = px(body, "padding-bottom") + px(body, "border-bottom-width");
  const outer = px(body, "margin-bottom");
  // Touching margins collapse into the larger one.
  return Math.ceil(bottom + (inner > 0 ? lastMargin + inner + outer : Math.max(lastMargin, outer)));
}

function tellHeight() {
  if (!document.body) return;
  const now = contentHeight();
  if (now <= 0 || Math.abs(now - height) < 2) return;
  height = now;
  say("resize", { height });
}

// A ResizeObserver reports once per animation frame, at the first paint too: no further throttle is needed.
const sizes = new ResizeObserver(tellHeight);

// The program replaces the body's first child when it starts. An observer of what is gone would be silent for good.
function watchSizes() {
  const children = [...(document.body?.children ?? [])];
  if (children.length === watched.length && children.every((child, i) => child === watched[i])) return;
  watched = children;
  sizes.disconnect();
  for (const child of watched) sizes.observe(child);
}

function start() {
  say("ready", { view: about.view ?? "pay", locale: document.documentElement.lang, testMode: "testMode" in about });
  const changes = new MutationObserver(() => {
    watchSizes();
    tellPage();
  });
  changes.observe(document.documentElement, {
    childList: true,
    subtree: true,
    attributeFilter: ["data-page", "data-changed", "data-outcome", "data-attempt", "data-reference"],
  });
  document.addEventListener("paypane:session", ({ detail }) => say("session", detail)); // from session.js
  watchSizes();
  tellPage();
  // Browsers do not paint a foreign frame below the fold, and without painting the observer is silent.
  // Not before the load event: without the style sheet the height would be a wrong one.
  if (document.readyState === "complete") tellHeight();
  else window.addEventListener("load", tellHeight, { once: true });
}

function hear(event) {
  if (event.source !== window.parent || !hosts.includes(event.origin)) return;
  if (event.data?.pp !== "welcome" || event.data.v !== 1 || !event.ports[0]) return;
  window.removeEventListener("message", hear); // exactly one
  port = event.ports[0];
  start();
}

if (window.parent !== window) {
  window.addEventListener("message", hear);
  // To anybody: it says nothing, and who the parent is becomes known only by its answer.
  window.parent.postMessage({ pp: "hello", v: 1 }, "*");
}
