// Covers the page of the desk when nobody has been there for a while, keeps what was being typed for whoever comes
// back, tells the server that somebody types, and makes keys of what has a data-key. The pages work without it: then
// the server covers the page that is asked for next. What is to be covered it finds in .desk[data-cover], in seconds. The
// program may have made the page anew, so what stands on it is looked for each time.

const shell = () => document.querySelector(".desk");
const cover = Number(shell()?.dataset.cover) * 1000;
const sayAfter = 45_000; // ms of work without a request, after which the server hears of it
const off = "paypane-desk-keys"; // in local storage: "off"

let seen = Date.now(); // that somebody was there, in any tab
let told = Date.now(); // that the server heard of it
let typed = false; // something that is not sent yet
let storage; // the browser's own, which the program keeps from itself
try {
  storage = localStorage;
} catch {
  // there is none in this frame
}
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("paypane-desk") : null;

function here() {
  if (Date.now() - seen > cover) return hide(); // the computer slept
  seen = Date.now();
  tabs?.postMessage("here");
  if (seen - told < sayAfter) return;
  told = seen;
  fetch("/desk/stay", { method: "POST", redirect: "manual", headers: { "X-Paypane": "1" } })
    .then((answer) => answer.ok || hide())
    .catch(() => {});
}

const work = () => document.querySelector("main").querySelector("form[method=post]:not([role=search],.filters)");

// What was typed, but for what is a card's. A page has one form of work at most.
function draft() {
  const sent = new URLSearchParams({ at: location.pathname + location.search });
  const form = typed && work();
  if (!form) return sent;
  for (const field of form.elements) {
    if (!field.name || field.type === "password" || (field.autocomplete ?? "").startsWith("cc-") || field.type === "hidden" || field.type === "file") continue;
    if ((field.type === "radio" || field.type === "checkbox") && !field.checked) continue;
    sent.append(field.name, field.value);
  }
  return sent;
}

let hidden = false;
async function hide() {
  if (hidden || !cover) return;
  hidden = true;
  const kept = draft();
  dispatchEvent(new Event("paypane-cover")); // for what the page's other scripts hold
  const page = shell();
  document.title = page.dataset.covered;
  const says = document.createElement("h1");
  says.textContent = page.dataset.covered;
  page.replaceChildren(says);
  // What the program is told goes, too, and it does not come any more.
  for (const id of ["view", "program"]) document.getElementById(id)?.remove();
  tabs?.postMessage("covered");
  try {
    await fetch("/desk/lock", { method: "POST", redirect: "manual", body: kept });
  } finally {
    location.replace(location.pathname + location.search); // the server's word
  }
}

async function restore() {
  const answer = await fetch(shell().dataset.kept, { headers: { "X-Paypane": "1" } });
  const kept = await answer.json();
  const form = work();
  if (!form || !kept.draft || kept.path !== location.pathname + location.search) return;
  for (const field of form.elements) if (field.type === "checkbox") field.checked = false;
  for (const [name, value] of kept.fields) {
    for (const field of form.elements) {
      if (field.name !== name || field.type === "hidden" || field.type === "password" || field.type === "file") continue;
      if (field.type === "radio" || field.type === "checkbox") field.checked ||= field.value === value;
      else field.value = value;
    }
  }
  typed = true;
}

// Keys.
const keys = () => document.getElementById("keys");
const inside = (e) => e.target.closest?.("input:not([type=radio],[type=checkbox]),textarea,select,[contenteditable]");
const locks = ".act [data-key=l]"; // covers the page, whatever is under way
const control = ":is(input,select,textarea,button)";
const switchedOff = () => {
  try {
    return storage.getItem(off) === "off";
  } catch {
    return false;
  }
};

// The letters of the page's own scripts stand in their hints, and those scripts are told of them. They go before those
// of the navigation, also while such a script has not come yet.
const hints = "main .key";
const taken = (letter) => [...document.querySelectorAll(hints)].some((hint) => hint.textContent.toLowerCase() === letter);

// Keys that are typed ahead are meant for the page that is about to come, and would lead away from it. Escape stops the
// browser from loading it.
let leaving = false;
function follow(e) {
  if (e.defaultPrevented) return;
  const link = e.target.closest?.("a[href]");
  if (e.type === "submit") leaving = e.submitter?.value !== "pdf";
  else if (link && !link.hash && !link.target && !link.hasAttribute("download") && e.button === 0 && !e.ctrlKey && !e.metaKey && !e.shiftKey && !e.altKey) leaving = true;
}
const underWay = () => leaving || document.querySelector("main form button[aria-disabled=true]");

function list() {
  const dialog = keys();
  const rows = dialog.querySelector("dl");
  for (const old of rows.querySelectorAll("[data-of]")) old.remove();
  const add = (letter, text) => {
    const row = rows.firstElementChild.cloneNode(true);
    row.dataset.of = letter;
    row.dataset.added = "";
    row.querySelector("kbd").textContent = letter;
    row.querySelector("dd").textContent = text;
    rows.append(row);
  };
  for (const hint of document.querySelectorAll(hints)) {
    if (hint.getClientRects().length) add(hint.textContent.toLowerCase(), hint.parentElement.querySelector("span").textContent);
  }
  for (const what of document.querySelectorAll("[data-key]")) {
    if (taken(what.dataset.key)) continue;
    const label = what.labels?.[0] ?? what.querySelector("span") ?? what;
    add(what.dataset.key, what.dataset.keyText ?? label.textContent);
  }
  document.getElementById("keys-on").checked = !switchedOff();
  dialog.showModal();
}

function key(e) {
  if (e.key === "Escape") leaving = false;
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.repeat || inside(e) || document.querySelector("dialog[open]")) return;
  if (e.key === "?") return e.preventDefault(), list();
  if (switchedOff()) return;
  const what =
    e.key === "."
      ? [...document.querySelectorAll("main *")].find((one) => one.matches(control) && one.type !== "hidden")
      : [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === e.key);
  const owned = taken(e.key);
  if (!what && !owned) return;
  e.preventDefault();
  if (underWay() && (owned || !what.matches(locks))) return;
  if (owned) return void dispatchEvent(new CustomEvent("paypane-key", { detail: e.key }));
  if (what.matches(control) && !what.matches("button") || e.key === ".") what.focus();
  else what.click();
}

if (shell() && keys()) {
  const summary = document.getElementById("summary"); // of what is wrong
  if (summary && !summary.hidden && document.activeElement === document.body) summary.focus();
  addEventListener("keydown", key);
  for (const way of ["click", "submit"]) addEventListener(way, follow);
  for (const there of ["pageshow", "paypane-page", "pointerdown"]) addEventListener(there, () => (leaving = false));
  addEventListener("click", (e) => e.target.matches("button") && e.target.closest("#keys")?.close());
  addEventListener("change", (e) => {
    if (e.target.id !== "keys-on") return;
    try {
      storage.setItem(off, e.target.checked ? "on" : "off");
    } catch {
      // then they stay as they are
    }
  });
}
if (cover) {
  for (const sign of ["keydown", "pointerdown", "wheel"]) addEventListener(sign, here, { capture: true, passive: true });
  addEventListener("input", () => (typed = true), { capture: true });
  addEventListener("submit", () => (typed = false));
  addEventListener("paypane-page", () => (typed = true)); // what was sent stands there again
  addEventListener("visibilitychange", () => Date.now() - seen > cover && hide());
  // From the browser's own memory: it may be covered by now.
  addEventListener("pageshow", (e) => e.persisted && location.reload());
  tabs?.addEventListener("message", (e) => {
    if (e.data === "here") seen = Date.now();
    if (e.data === "covered") hide();
  });
  setInterval(() => Date.now() - seen >= cover && hide(), 1000);
  if (shell().dataset.kept) restore().catch(() => {});
  addEventListener("click", (e) => {
    if (!e.target.closest?.(locks)) return;
    e.preventDefault();
    hide();
  });
}
