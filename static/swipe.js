// A card reader that types what is on the stripe, like a keyboard, for practices that have switched it on. It is heard
// only after somebody has armed it, by a button or the key W. What it types goes into one buffer of bytes, never into
// the document, a log or a storage, leaves once, and is wiped: when it was sent, after half a minute, by Escape, when
// another way to pay is chosen, and when the page is covered or left. What a reader types that nobody has armed,
// reader.js keeps out of the page.
//
// Keys are read by their place on a keyboard of the United States, which readers emulate, whatever layout the computer
// has and whether Caps Lock is on.

const within = 100; // ms between two keys of one track: whoever is slower types
const silence = 300; // ms after the last sentinel: the reader has ended
const armedFor = 30000; // ms
const longest = 226;

const places = { Minus: "-_", Equal: "=+", BracketLeft: "[{", BracketRight: "]}", Backslash: "\\|", Semicolon: ";:", Quote: "'\"", Comma: ",<", Period: ".>", Slash: "/?", Space: "  ", Backquote: "`~" };
const shifted = ")!@#$%^&*(";
const [percent, star, slash, semicolon, equals, question, caret] = [..."%*/;=?^"].map((c) => c.charCodeAt(0));

// The character of a key, as a code; 0: none.
function typed(event) {
  const { code } = event;
  if (code.startsWith("Key") && code.length === 4) return code.charCodeAt(3); // in capitals, as on the stripe
  if (code.startsWith("Digit")) return event.shiftKey ? shifted.charCodeAt(Number(code[5])) : code.charCodeAt(5);
  if (/^Numpad\d$/.test(code)) return code.charCodeAt(6);
  if (code === "NumpadDivide") return slash;
  return places[code]?.charCodeAt(event.shiftKey ? 1 : 0) ?? 0;
}

const track = new Uint8Array(longest + 1);
let length = 0;
let armed = false;
let read = false; // a whole card is in the buffer
let deaf = false; // the rest of what was refused is kept out of the page, until the reader is silent
let sending = false;
let last = 0;
let ends;
let off;
let form, box, button, status; // of the page that is there

function find() {
  box = document.getElementById("swipe");
  form = box?.closest("form");
  if (!form) return;
  button = box.querySelector("button");
  status = box.querySelector("[role=status]");
  box.hidden = false;
  button.addEventListener("click", arm);
  form.addEventListener("submit", send, true);
  form.addEventListener("change", (event) => {
    if (event.target.name === "method" && event.target.value !== "card" && (armed || read)) disarm("over");
  });
}

function say(name, values = {}) {
  status.textContent = Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), box.dataset[name] ?? "");
}
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
function refuse(name) {
  deaf = true;
  disarm(name);
}
function arm() {
  if (sending) return;
  wipe();
  armed = true;
  deaf = false;
  const card = form.querySelector("input[name=method][value=card]");
  if (!card.checked) {
    card.checked = true;
    card.dispatchEvent(new Event("change", { bubbles: true }));
  }
  button.setAttribute("aria-pressed", "true");
  clearTimeout(off);
  off = setTimeout(() => disarm("over"), armedFor);
  say("ready");
}

// What can be said of a card without its number: the server judges it.
function done() {
  const all = track.subarray(0, length);
  const at = (from, until) => String.fromCharCode(...track.subarray(from, until));
  const closed = all.lastIndexOf(question);
  if (closed < 0) return refuse("unread");
  // A masked number, or ciphertext behind the tracks.
  if (all.includes(star) || closed !== length - 1) return refuse("encrypted");
  const begins = all[0] === percent ? 2 : 1; // %B or ;
  const until = all.findIndex((c) => c === caret || c === equals);
  let date = until + 1;
  if (all[until] === caret) date = all.indexOf(caret, date) + 1;
  if (until - begins < 12 || until - begins > 19 || date === 0) return refuse("unread");
  const brand = box.dataset[{ 3: "ax", 4: "vi", 5: "mc", 2: "mc", 6: "ds" }[at(begins, begins + 1)]] ?? "";
  disarm();
  read = true;
  deaf = true;
  say("read", { brand, last4: at(until - 4, until), expiry: at(date + 2, date + 4) + "/" + at(date, date + 2) });
  if (all[date + 4] === 50 || all[date + 4] === 54) status.textContent += " " + box.dataset.chip; // 2, 6
  off = setTimeout(() => disarm("over"), armedFor);
  document.getElementById("take").focus();
}

addEventListener("keydown", (event) => {
  if (!form?.isConnected) return;
  const late = event.timeStamp - last > within;
  if (!armed) {
    if (deaf && event.timeStamp - last <= silence) {
      last = event.timeStamp;
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    deaf = false;
    if (event.code === "Escape" && read) return disarm("over");
    if (event.key?.toLowerCase() === "w" && !event.ctrlKey && !event.altKey && !event.metaKey && document.activeElement?.matches(".w-amount,[name=method]")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      arm();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault(); // whatever has the focus
  event.stopImmediatePropagation();
  if (event.code === "Escape") return disarm("over");
  if (event.code.startsWith("Shift") || event.code === "CapsLock") return;
  last = event.timeStamp;
  const closed = length > 0 && track[length - 1] === question;
  if (event.code === "Enter" || event.code === "NumpadEnter") return; // of the reader: it sends no form
  const c = typed(event);
  if (!c) return;
  if (length ? late && !closed : c !== percent && c !== semicolon) return refuse("typed");
  if (length >= longest) return refuse("encrypted");
  track[length++] = c;
  clearTimeout(ends);
  ends = setTimeout(done, silence);
  clearTimeout(off);
  off = setTimeout(() => disarm("over"), armedFor);
}, true);

// Whatever sends a character of its own behind a key.
addEventListener("keypress", (event) => {
  if (!form?.isConnected || !(armed || deaf)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

addEventListener("paypane-key", (event) => form?.isConnected && event.detail.toLowerCase() === "w" && arm()); // where nothing is typed
for (const name of ["pagehide", "blur", "paypane-cover"]) addEventListener(name, () => form && (armed || read) && disarm("over"));

// Puts an answer that is a document in place of the page, or goes where it leads; false: there is none.
function replaced(request) {
  const main = request.response?.querySelector("main");
  if (!main) return false;
  const { pathname, search } = new URL(request.responseURL);
  if (pathname !== new URL(form.action).pathname) location.assign(pathname + search);
  else if (main.dataset.page !== "desk-take") location.replace(location.pathname + location.search); // covered, or over: the server's word
  else {
    document.title = request.response.title;
    main.dataset.added = ""; // its forms are the browser's
    document.getElementById("program")?.remove(); // which knows another page, and comes too late
    document.querySelector("main").replaceWith(document.adoptNode(main));
    dispatchEvent(new Event("paypane-page"));
  }
  return true;
}

// The form with the tracks, as bytes: a hidden field would be in the document.
function send(event) {
  if (!read && !sending) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (sending) return;
  const data = new FormData(form);
  for (const name of ["number", "code", "phone-number", "phone-code"]) data.delete(name);
  const others = new TextEncoder().encode(new URLSearchParams(data).toString() + "&trackdata=");
  const body = new Uint8Array(others.length + 3 * length);
  body.set(others);
  const hex = "0123456789ABCDEF";
  for (let i = 0; i < length; i++) {
    const at = others.length + 3 * i;
    body[at] = percent;
    body[at + 1] = hex.charCodeAt(track[i] >> 4);
    body[at + 2] = hex.charCodeAt(track[i] & 15);
  }
  disarm();
  wipe();
  sending = true;
  dispatchEvent(new Event("paypane-busy"));
  status.textContent = "";
  // Where the page's program runs it takes the answer, in its own words, as it does those to other forms. Where it does
  // not the answer comes as a document: a page may make none of text.
  const program = !dispatchEvent(new Event("paypane-swipe", { cancelable: true }));
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.responseType = program ? "text" : "document";
  request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
  request.setRequestHeader("Accept", program ? "application/json" : "text/html");
  if (program) request.setRequestHeader("X-Paypane", "1");
  request.onloadend = () => {
    body.fill(0);
    sending = false;
    if (program ? !dispatchEvent(new CustomEvent("paypane-swiped", { cancelable: true, detail: request.response })) : replaced(request)) return;
    dispatchEvent(new Event("pageshow"));
    say("lost");
  };
  request.send(body);
}

addEventListener("paypane-page", find);
find();
