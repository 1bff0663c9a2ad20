// A card reader that types what is on the stripe, like a keyboard, for practices that have switched it on. It is heard
// only after somebody has armed it, by a button or the key W. What it types goes into one buffer of bytes, never into
// the document, a log or a storage, leaves once, and is wiped: when it was sent, after half a minute, by Escape, and
// when the page is left.
//
// Keys are read by their place on a keyboard of the United States, which readers emulate, whatever layout the computer
// has and whether Caps Lock is on.

const within = 100; // ms between two keys of one track: whoever is slower types
const silence = 300; // ms after the last sentinel: the reader has ended
const armedFor = 30000; // ms
const longest = 226;

const places = { Minus: "-_", Equal: "=+", BracketLeft: "[{", BracketRight: "]}", Backslash: "\\|", Semicolon: ";:", Quote: "'\"", Comma: ",<", Period: ".>", Slash: "/?", Space: "  ", Backquote: "`~" };
const shifted = ")!@#$%^&*(";

// The character of a key, as a code; 0: none.
function typed(event) {
  const { code } = event;
  if (code.startsWith("Key") && code.length === 4) return code.charCodeAt(3); // in capitals, as on the stripe
  if (code.startsWith("Digit")) return event.shiftKey ? shifted.charCodeAt(Number(code[5])) : code.charCodeAt(5);
  if (/^Numpad\d$/.test(code)) return code.charCodeAt(6);
  return places[code]?.charCodeAt(event.shiftKey ? 1 : 0) ?? 0;
}

const box = document.getElementById("swipe");
const form = box?.closest("form");
if (form) listen();

function listen() {
  const button = box.querySelector("button");
  const status = box.querySelector("[role=status]");
  const track = new Uint8Array(longest + 1);
  let length = 0;
  let armed = false;
  let read = false; // a whole card is in the buffer
  let last = 0;
  let ends;
  let off;
  box.hidden = false;

  const say = (name, values = {}) => (status.textContent = Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), box.dataset[name] ?? ""));
  function wipe() {
    track.fill(0);
    length = 0;
    read = false;
  }
  function disarm(name) {
    armed = false;
    clearTimeout(off);
    clearTimeout(ends);
    button.removeAttribute("aria-pressed");
    if (name) {
      wipe();
      say(name);
    }
  }
  function arm() {
    wipe();
    armed = true;
    form.querySelector("input[name=method][value=card]").checked = true;
    button.setAttribute("aria-pressed", "true");
    clearTimeout(off);
    off = setTimeout(() => disarm("over"), armedFor);
    say("ready");
  }
  button.addEventListener("click", arm);

  // What can be said of a card without its number: the server judges it.
  function done() {
    const at = (from, until) => String.fromCharCode(...track.subarray(from, until));
    const begins = track[0] === 37 ? 2 : 1; // %B or ;
    const ends = track.subarray(0, length).findIndex((c) => c === 94 || c === 61); // ^ or =
    if (track.subarray(0, length).includes(42) || track[length - 1] !== 63) return disarm("encrypted");
    if (ends - begins < 12 || ends - begins > 19) return disarm("unread");
    let date = ends + 1;
    if (track[ends] === 94) date = track.indexOf(94, date) + 1;
    const brand = box.dataset[{ 3: "ax", 4: "vi", 5: "mc", 2: "mc", 6: "ds" }[at(begins, begins + 1)]] ?? "";
    disarm();
    read = true;
    say("read", { brand, last4: at(ends - 4, ends), expiry: at(date + 2, date + 4) + "/" + at(date, date + 2) });
    if (track[date + 4] === 50 || track[date + 4] === 54) status.textContent += " " + box.dataset.chip;
    off = setTimeout(() => disarm("over"), armedFor);
    document.getElementById("take").focus();
  }

  addEventListener("keydown", (event) => {
    if (!armed) {
      if (event.key?.toLowerCase() === "w" && !event.ctrlKey && !event.altKey && !event.metaKey && document.activeElement?.matches(".w-amount,[name=method]")) {
        event.preventDefault();
        event.stopPropagation();
        arm();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault(); // whatever has the focus
    event.stopImmediatePropagation();
    if (event.code === "Escape") return disarm("over");
    if (event.code.startsWith("Shift") || event.code === "CapsLock") return;
    const now = event.timeStamp;
    if (length && now - last > within && track[length - 1] !== 63) return disarm("typed");
    last = now;
    if (event.code === "Enter" || event.code === "NumpadEnter") {
      if (length && track[length - 1] === 63) done();
      return; // a reader's Enter sends no form
    }
    const c = typed(event);
    if (!c) return;
    if (!length && c !== 37 && c !== 59) return disarm("typed"); // % or ;
    if (length >= longest) return disarm("encrypted");
    track[length++] = c;
    clearTimeout(ends);
    ends = setTimeout(done, silence);
    clearTimeout(off);
    off = setTimeout(() => disarm("over"), armedFor);
  }, true);

  for (const name of ["pagehide", "blur"]) addEventListener(name, () => (armed || read) && disarm("over"));

  // The form with the tracks, as bytes: a hidden field would be in the document.
  form.addEventListener("submit", async (event) => {
    if (!read) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const data = new FormData(form);
    for (const name of ["number", "code", "phone-number", "phone-code"]) data.delete(name);
    const others = new TextEncoder().encode(new URLSearchParams(data).toString() + "&trackdata=");
    const body = new Uint8Array(others.length + 3 * length);
    body.set(others);
    const hex = "0123456789ABCDEF";
    for (let i = 0; i < length; i++) {
      const at = others.length + 3 * i;
      body[at] = 37;
      body[at + 1] = hex.charCodeAt(track[i] >> 4);
      body[at + 2] = hex.charCodeAt(track[i] & 15);
    }
    disarm();
    wipe();
    try {
      const sent = fetch(form.action, { method: "POST", body, headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" }, cache: "no-store" });
      const answer = await sent;
      if (answer.redirected) return location.assign(answer.url);
      const view = await answer.json();
      const told = document.getElementById("swipe-problem");
      told.textContent = (view.problems ?? []).map((p) => p.text).join(" ") || view.notice?.heading || box.dataset.unread;
      told.hidden = false;
      told.setAttribute("role", "alert");
      status.textContent = "";
    } catch {
      say("lost");
    } finally {
      body.fill(0);
    }
  }, true);
}
