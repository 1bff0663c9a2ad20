// Warns before the session ends, keeps it while somebody types, and leaves the page when it is over, so that nothing
// typed stays on a screen that nobody watches. It works beside the page, whether the program has taken that over or
// not, and finds its words, the session's address and the first times, in seconds, in
// <dialog id="stay" data-session data-left data-ends>. What is true the server says: another tab may have been active.
// It also shows dialogs where somebody sees them, and says beside the button that the browser is offline.

const warnBefore = 120; // seconds
const renewEvery = 120; // seconds between two signs that somebody is there
const lookAgain = 15; // seconds, while it warns or the server does not answer
const moveAgain = 400; // ms, while a dialog is open

let dialog;
let timer;
let over; // when the session ends as far as is known, by now()
let renewed; // when the server last heard that somebody is there
let told = false; // that it cannot be extended
let looking = false;
let again = false; // somebody came while it looked: what was answered may be from before
let asked = 0; // how often the server was asked
let heard = 0; // the last of those that was answered: what comes of one before it is old
let following; // the timer that keeps an open dialog in sight

const now = () => performance.now() / 1000;

// What is left of the session, or nothing: then it is over, the server does not answer, or it is known better by now,
// and that is taken care of.
async function ask(method, mark, token) {
  const turn = ++asked;
  const { session } = dialog.dataset;
  try {
    const answer = await fetch(token ? session.replace("/session", "/session/renew") : session, {
      method,
      body: token && new URLSearchParams({ token }),
      cache: "no-store",
      signal: AbortSignal.timeout?.(lookAgain * 1000), // an answer that a sleeping computer lost never comes
      headers: { Accept: "application/json", "X-Paypane": mark },
    });
    if (answer.status === 401) return leave();
    const life = await answer.json();
    if (token && life.notice) return refused(life.notice);
    // A server that is not well answers, too, with a page of its own.
    if (!answer.ok || !Number.isFinite(life.left) || !Number.isFinite(life.ends)) throw new Error("no time in the answer");
    if (turn < heard) return;
    heard = turn;
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
  again = looking;
  if (looking) return;
  looking = true;
  const life = await ask("GET", "watch");
  looking = false;
  if (life) judge(life);
  if (again) look();
}

async function renew() {
  renewed = now();
  const life = await ask("POST", "1");
  if (life) judge(life);
}

// The portal says by a new token who is there: the session begins once more, and nothing on the page changes.
async function extend(token) {
  const warned = dialog.open;
  const life = await ask("POST", "1", token);
  if (!life) return;
  told = false;
  renewed = now();
  judge(life);
  if (!warned) say("renewed", Math.min(life.left, life.ends));
}

// The token was not taken. The session goes on as it was.
function refused({ error, id }) {
  const lasting = error === "launch_refused";
  document.dispatchEvent(new CustomEvent("paypane:error", { detail: { code: error ?? "launch_failed", supportId: id, retryable: !lasting } }));
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

async function warn(last, ends) {
  for (const part of dialog.querySelectorAll("[data-when]")) part.hidden = (part.dataset.when === "ends") !== ends;
  for (const part of dialog.querySelectorAll("[data-minutes]")) part.textContent = minutes(Math.ceil(last / 60) || 1);
  if (dialog.matches(":modal") || (ends && told)) return;
  if (!dialog.open) say("expiring", last);
  if (!document.hasFocus()) {
    // Somebody is in another part of the portal's page, from where the focus is not to be taken.
    dialog.setAttribute("open", "");
    return place();
  }
  told ||= ends;
  await show(dialog);
}

// A translator may have left a language that there is not.
function minutes(n) {
  const style = { style: "unit", unit: "minute", unitDisplay: "long" };
  try {
    return new Intl.NumberFormat(document.documentElement.lang, style).format(n);
  } catch {
    return new Intl.NumberFormat("en", style).format(n);
  }
}

// The focus goes to its button, and back to where it was when it closes. It is in its place by then: a browser scrolls
// the portal's page to what takes the focus.
async function show(question) {
  question.setAttribute("open", "");
  await place();
  if (!question.open) return;
  question.close();
  question.showModal();
}

// The part of the page that is on the screen, or nothing. A frame as high as its page is not told how far the page
// around it is scrolled; this is how a browser says it to all.
function onScreen() {
  return new Promise((done) => {
    const watch = new IntersectionObserver(([entry]) => end(entry.intersectionRect));
    const late = setTimeout(() => end(), moveAgain); // out of sight it is not told at all
    const end = (part) => {
      watch.disconnect();
      clearTimeout(late);
      done(part?.height ? part : undefined);
    };
    watch.observe(document.documentElement);
  });
}

// A dialog lies in the middle of the part that is seen, and follows it.
async function place() {
  const part = await onScreen();
  const open = [...document.querySelectorAll("dialog[open]")];
  for (const one of open) {
    const room = (part?.height ?? 0) - one.offsetHeight;
    const top = Math.min((part?.top ?? 0) + Math.max(0, room / 2), window.innerHeight - one.offsetHeight);
    one.style.setProperty("inset-block", part ? `${Math.max(0, Math.round(top))}px auto` : "");
    one.style.setProperty("margin-block", part ? "0" : "");
  }
  clearTimeout(following);
  if (open.length > 0) following = setTimeout(place, moveAgain);
}

// What the browser says of the connection, before the button is pressed. It says so where it is wrong, too: the button
// works all the same, and what became of a payment is never concluded from it.
function connection() {
  const notes = document.querySelectorAll(".offline");
  for (const [i, note] of notes.entries()) {
    note.id ||= `offline-${i}`;
    note.hidden = navigator.onLine !== false;
    const button = note.closest("form").querySelector("button[type=submit]");
    if (note.hidden) button.removeAttribute("aria-describedby");
    else button.setAttribute("aria-describedby", note.id);
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
  for (const name of ["online", "offline", "pageshow"]) window.addEventListener(name, connection);
  document.addEventListener("focusin", connection); // as each step of the program moves it
  connection();
  document.addEventListener("paypane:ask", (event) => {
    event.preventDefault();
    show(event.target);
  });
  document.addEventListener("paypane:renew", ({ detail }) => extend(detail));
  window.addEventListener("pageshow", (event) => event.persisted && look());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  judge({ left, ends });
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start, { once: true });
else start();
