// Warns before the session ends, keeps it while somebody types, and leaves the page when it is over, so that nothing
// typed stays on a screen that nobody watches. It works beside the page, whether the program has taken that over or
// not, and finds its words and the first times in <dialog id="stay" data-left data-ends>, in seconds. What is true the
// server says: another tab may have been active.

const warnBefore = 120; // seconds
const renewEvery = 120; // seconds between two signs that somebody is there
const lookAgain = 15; // seconds, while it warns or the server does not answer

let dialog;
let timer;
let over; // when the session ends as far as is known, by now()
let renewed; // when the server last heard that somebody is there
let told = false; // that it cannot be extended
let looking = false;

const now = () => performance.now() / 1000;

// What is left of the session, or nothing: then it is over or the server does not answer, and that is taken care of.
async function ask(method, mark) {
  try {
    const answer = await fetch("/session", {
      method,
      cache: "no-store",
      headers: { Accept: "application/json", "X-Paypane": mark },
    });
    if (answer.status === 401) return leave();
    const life = await answer.json();
    // A server that is not well answers, too, with a page of its own.
    if (!answer.ok || !Number.isFinite(life.left) || !Number.isFinite(life.ends)) throw new Error("no time in the answer");
    over = now() + Math.min(life.left, life.ends);
    return life;
  } catch {
    // The last answer holds: what it said is over by now, is over.
    if (now() >= over) return leave();
    plan(Math.min(lookAgain, over - now()));
  }
}

// The same address again: the server answers that the session is over, and what became of the money.
function leave() {
  clearTimeout(timer);
  location.replace(location.pathname + location.search);
}

function plan(wait) {
  clearTimeout(timer);
  timer = setTimeout(look, Math.max(1, wait) * 1000);
}

async function look() {
  if (looking) return;
  looking = true;
  const life = await ask("GET", "watch");
  looking = false;
  if (life) judge(life);
}

async function renew() {
  renewed = now();
  const life = await ask("POST", "1");
  if (life) judge(life);
}

function judge({ left, ends }) {
  const last = Math.min(left, ends);
  if (last > warnBefore) {
    if (dialog.open) {
      dialog.close();
      say("renewed", last);
    }
    return plan(last - warnBefore);
  }
  warn(last, ends <= left);
  plan(Math.min(lookAgain, last + 1));
}

function warn(last, ends) {
  for (const part of dialog.querySelectorAll("[data-when]")) part.hidden = (part.dataset.when === "ends") !== ends;
  const words = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "minute", unitDisplay: "long" });
  for (const part of dialog.querySelectorAll("[data-minutes]")) part.textContent = words.format(Math.ceil(last / 60) || 1);
  const modal = dialog.matches(":modal");
  if (modal || (ends && told)) return;
  if (!dialog.open) say("expiring", last);
  if (document.hasFocus()) {
    // The focus goes to its button, and back to where it was when it closes.
    if (dialog.open) dialog.close();
    told ||= ends;
    dialog.showModal();
  } else {
    // Somebody is in another part of the portal's page, from where the focus is not to be taken.
    dialog.setAttribute("open", "");
  }
}

function stay() {
  if (!told) return renew();
  dialog.close(); // read; it cannot be extended
}

// For the script that talks to the portal.
function say(state, left) {
  document.dispatchEvent(new CustomEvent("paypane:session", { detail: { state, seconds: left } }));
}

// Typing is being there. It is told at most every other minute, without a word to who types.
function sign() {
  if (!dialog.open && now() - renewed >= renewEvery) renew();
}

function start() {
  dialog = document.getElementById("stay");
  const left = Number(dialog.dataset.left);
  const ends = Number(dialog.dataset.ends);
  renewed = now(); // the page itself was asked for just now
  over = renewed + Math.min(left, ends);
  for (const button of dialog.querySelectorAll("button")) button.addEventListener("click", stay);
  // Escape is a sign of somebody, too.
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    stay();
  });
  for (const name of ["input", "keydown", "pointerdown"]) document.addEventListener(name, sign, { passive: true });
  // A computer that slept, a tab in the background, a page that came back: timers did not run there.
  for (const name of ["focus", "online"]) window.addEventListener(name, look);
  window.addEventListener("pageshow", (event) => event.persisted && look());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  judge({ left, ends });
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start, { once: true });
else start();
