// Keeps out of every page at the desk what a card reader types that nobody has armed: a reader types into whatever has
// the focus, and its keys would land in a search, lead to other pages, and send a form with its Enter. Nobody types so
// fast as a reader does, so a sentinel and digits behind it, with no pause between them, are one. What has arrived of
// it by then is taken out of the field again, and the rest never gets there.
//
// Keys are read by their place, as in swipe.js, which hears a reader that is armed before this does.

const fast = 50; // ms between two keys of a reader, at most
const silence = 300; // ms: it has ended
const enough = 6; // keys: a sentinel, perhaps the B of track 1, and digits

let last = 0;
let run = 0; // of keys that may be a reader's
let swallows = false;
let before; // the field and what stood in it

const begins = (e) => (e.code === "Digit5" && e.shiftKey) || (e.code === "Semicolon" && !e.shiftKey);
const goesOn = (e) => /^(Digit|Numpad)\d$/.test(e.code) || (run === 1 && e.code === "KeyB");

function remember() {
  const field = document.activeElement;
  before = field?.matches("input,textarea") ? { field, value: field.value, start: field.selectionStart, end: field.selectionEnd } : null;
}

function say() {
  document.getElementById("reader")?.remove();
  const told = document.createElement("p");
  told.id = "reader";
  told.dataset.added = "";
  told.classList.add("box", "warning");
  told.setAttribute("role", "alert");
  document.querySelector("main").prepend(told);
  told.textContent = document.querySelector(".desk").dataset.reader;
}

function keep(e) {
  e.preventDefault();
  e.stopImmediatePropagation();
}

addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const pause = e.timeStamp - last;
  last = e.timeStamp;
  if (swallows && pause <= silence) return keep(e);
  swallows = false;
  if (e.code.startsWith("Shift") || e.code === "CapsLock") return;
  if (run && (pause > fast || !goesOn(e))) run = 0;
  else if (run) run++;
  if (!run && begins(e)) {
    remember();
    run = 1;
  }
  if (run < enough) return;
  keep(e);
  swallows = true;
  run = 0;
  if (before) {
    before.field.value = before.value;
    if (before.start !== null) before.field.setSelectionRange(before.start, before.end);
    before.field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  before = null;
  say();
}, true);

// Whatever sends a character of its own behind a key.
addEventListener("keypress", (e) => swallows && keep(e), true);
