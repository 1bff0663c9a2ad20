// What a page of the flow tells the portal around it: that it is there, which step it is, how high, how it ended.
// No card data, names or amounts: a host may log what it hears. All of it is a hint; money is booked by other means.
//
// It runs beside whatever made the page, the server or the WebAssembly program, and knows both by their marks:
// <html lang data-host="https://portal.example" data-view="pay" data-test-mode> and
// <main data-page="…" data-outcome="…" data-attempt="…" data-reference="…" data-error="…" data-support="…">.

const steps = { amount: "amount", card: "card", result: "result" };
const statuses = { taken: "taken", declined: "declined", unknown: "unknown", not_sent: "not_sent" };

// Pages on which nobody can pay: they are not what the portal waits for.
const ends = ["launch", "cookies", "session", "finished", "unavailable", "missing", "error"];
// What another try does not change.
const lasting = ["cookies_refused", "launch_refused", "not_found", "request_refused"];

const about = document.documentElement.dataset;
const hosts = (about.host ?? "").split(" ").filter(Boolean);

let port;
let host; // origin of the page around us
let ready = false;
let failed;
let step;
let outcome;
let changed;
let height = 0;
let watched = [];
let asked = false; // whether the frame can go: the portal wants to show another payment page in it
let told = false; // that this takes a while
let sent = false; // a form has left, and its answer will be the next page
let submitting; // the attempt that it sends
let tabbed; // which way the Tab key leads that was pressed last, until it has led somewhere

function say(type, detail) {
  port.postMessage({ type, ...detail });
}

// An attempt is on its way, whoever sends it: the browser, or the program, which marks the button.
function tellSubmitting(form = document.querySelector('main [aria-disabled="true"]')?.closest("form")) {
  const { pathname } = new URL(form?.getAttribute("action") ?? "", location.href);
  const attempt = form && pathname.match(/^\/(?:pay|agree|plan)\/([^/]+)$/)?.[1];
  if (attempt && attempt !== submitting) say("submitting", { attempt });
  submitting = attempt;
}

function tellPage() {
  const main = document.querySelector("main[data-page]");
  const { page, outcome: ended, attempt, reference, error, support } = main?.dataset ?? {};
  if (!ready && page && !ends.includes(page)) {
    ready = true;
    say("ready", { view: about.view ?? "pay", locale: document.documentElement.lang, testMode: "testMode" in about });
  }
  const over = { session: "expired", finished: "finished" }[page];
  if (over && step !== page) say("session", { state: over });
  const now = steps[page];
  if (now && now !== step) say("step", { step: now });
  step = over ? page : now ?? step;

  const wrong = error && `${error} ${support}`;
  if (wrong && wrong !== failed) say("error", { code: error, supportId: support ?? "", retryable: !lasting.includes(error) });
  failed = wrong;

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
  // A frame that is not shown has no width, and every word in it a line of its own.
  if (!document.body || document.documentElement.clientWidth === 0) return;
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

// A window of its own is offered by a code that works once, for a minute. The next way out is made at once, by a token
// of the element, if there is one around us: a browser may open no window any more by the time that a token has come
// (WebKit). What lies there is too old after a while, and made anew when somebody comes near.
function offer() {
  const form = document.querySelector('main[data-page="cookies"] form');
  if (!form) return;
  const life = 50_000; // ms
  let fresh = performance.now() + life;
  let asking = false;
  let pressed = false;
  const renew = () => {
    if (!port || asking || performance.now() < fresh) return;
    asking = true;
    port.addEventListener("message", take);
    port.start();
    say("token");
  };
  const spent = () => {
    fresh = 0;
    if (port) return renew();
    const words = document.createElement("p");
    words.textContent = "words:cookies.opened";
    form.replaceWith(words);
  };
  const take = ({ data }) => {
    if (data?.type !== "token" || typeof data.token !== "string") return;
    port.removeEventListener("message", take);
    asking = false;
    fresh = performance.now() + life;
    const pane = new URLSearchParams(location.search).get("pane") ?? "";
    for (const field of form.querySelectorAll("input")) field.remove();
    for (const [name, value] of Object.entries({ token: data.token, host, pane })) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    if (!pressed) return;
    pressed = false;
    form.submit();
    spent();
  };
  form.addEventListener("submit", (event) => {
    if (performance.now() < fresh) return setTimeout(spent); // once the form has gone
    if (!port) return; // the answer says that it is too old, and what to do
    event.preventDefault();
    pressed = true;
    renew();
  });
  for (const near of ["pointerover", "focusin"]) form.addEventListener(near, renew);
}

let waiting; // what is done once nothing is on its way

function waitIdle(then) {
  waiting = () => {
    if (busy()) return;
    waiting = undefined;
    then();
  };
  waiting();
}

// A card that somebody has typed here, and what they typed before and the program keeps.
function typed() {
  const inputs = document.querySelectorAll('main :is([autocomplete^="cc-"], [autocomplete^="billing "])');
  return "typed" in about || [...inputs].some((input) => input.value !== "");
}

// A payment is being sent: its outcome comes first.
function busy() {
  return sent || document.querySelector('main[data-outcome="pending"], main [aria-disabled="true"]') !== null;
}

// Something that the page began with is different, and would be lost with it.
function touched() {
  const inputs = [...document.querySelectorAll("main input")];
  return "typed" in about || inputs.some((input) => input.value !== input.defaultValue || input.checked !== input.defaultChecked);
}

// Reads again what the page shows. The program does it in place; without it the page is loaded, unless something would
// be lost.
function refresh() {
  if (busy()) return;
  const taken = !document.dispatchEvent(new Event("paypane:refresh", { cancelable: true }));
  if (!taken && !touched()) location.replace(location.pathname + location.search);
}

// Takes the focus at the problems or the heading, where a page begins.
function focus() {
  const begin = document.querySelector("#summary:not([hidden])") ?? document.getElementById("heading");
  window.focus();
  begin?.focus();
}

// The module is loaded once there is something for it to do.
async function dress(look) {
  const { wear } = await import("file:appearance.js");
  wear(look);
}

function leave() {
  asked = false;
  say("leave");
}

// Whether the frame can go. Nothing typed and nothing sent: at once. Else the payer is asked, once it is known what
// became of what was sent.
function decide() {
  const question = document.getElementById("leave");
  if (!asked || question?.open) return;
  if (!told && !busy() && !typed()) return leave();
  if (!told) say("asked");
  told = true;
  if (busy()) return;
  if (!question) return leave(); // a page without a session
  question.querySelector("[data-typed]").hidden = !typed();
  // Shown by session.js, where it is seen.
  const shown = !question.dispatchEvent(new Event("paypane:ask", { bubbles: true, cancelable: true }));
  if (!shown) question.showModal();
}

// What the element says. "stay": it does not want to know any more. Where it had to wait for the page before this one,
// its answer is read before the frame goes.
function hearElement({ data }) {
  if (data?.type === "focus") return focus();
  if (data?.type === "refresh") return refresh();
  if (data?.type === "look") return dress(data.look);
  // By session.js, once no form is on its way: the session that it was sent in has to last.
  if (data?.type === "renew") return waitIdle(() => document.dispatchEvent(new CustomEvent("paypane:renew", { detail: data.token })));
  if (data?.type !== "leave" && data?.type !== "stay") return;
  const question = document.getElementById("leave");
  asked = data?.type === "leave";
  told = data?.waited === true;
  if (!asked && question?.open) question.close();
  decide();
}

function answers() {
  const question = document.getElementById("leave");
  if (!question) return;
  const stay = () => {
    asked = false;
    question.close();
    say("stay");
  };
  question.addEventListener("cancel", (event) => {
    event.preventDefault();
    stay();
  });
  const [no, yes] = question.querySelectorAll("button");
  no.addEventListener("click", stay);
  yes.addEventListener("click", leave);
}

function start() {
  const changes = new MutationObserver(() => {
    watchSizes();
    tellPage();
    tellSubmitting();
    decide();
    waiting?.();
  });
  changes.observe(document.documentElement, {
    childList: true,
    subtree: true,
    attributeFilter: ["data-page", "data-changed", "data-outcome", "data-attempt", "data-reference", "data-error", "aria-disabled"],
  });
  // The program prevents it and asks by itself; without the program the next page says hello.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.target) return;
    sent = true;
    say("sent");
    tellSubmitting(event.target);
  });
  document.addEventListener("keydown", ({ key, shiftKey }) => (tabbed = key === "Tab" ? (shiftKey ? "backward" : "forward") : undefined), true);
  document.addEventListener("focusin", () => (tabbed = undefined));
  window.addEventListener("blur", () => {
    if (tabbed) say("focusout", { direction: tabbed });
    tabbed = undefined;
  });
  port.onmessage = hearElement;
  answers();
  for (const type of ["session", "error"]) document.addEventListener(`paypane:${type}`, ({ detail }) => say(type, detail)); // from session.js
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
  host = event.origin;
  start();
  if (event.data.look) dress(event.data.look);
}

if (window.parent !== window) {
  window.addEventListener("message", hear);
  // To anybody: it says nothing, and who the parent is becomes known only by its answer.
  window.parent.postMessage({ pp: "hello", v: 1 }, "*");
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", offer, { once: true });
  else offer();
}
