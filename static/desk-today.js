// Reads the day again while somebody looks at it. Focus, what is on the screen and what was typed stay where they are,
// and nothing is said aloud: whoever wants to hear it reads the list. It counts for nobody who is there, so the page is
// covered as if it did not look; then, and while the page is in the background, it stops.

const every = 60_000; // ms
const day = () => document.querySelector("main[data-page=desk-today] #day");

let read = Date.now();
let timer;
let request;
let over = false;

// Makes what is there like what came. What is the same stays the same element, so that it keeps the focus; rows are
// told apart by their ids.
function become(was, is) {
  if (was.isEqualNode(is)) return;
  if (was.nodeType === Node.TEXT_NODE) {
    was.data = is.data;
    return;
  }
  for (const { name } of [...was.attributes]) if (!is.hasAttribute(name)) was.removeAttribute(name);
  for (const { name, value } of is.attributes) if (was.getAttribute(name) !== value) was.setAttribute(name, value);
  const stay = new Set([...is.children].map((one) => one.id).filter(Boolean));
  let at = was.firstChild;
  const skip = (id) => {
    while (at && (id ? at.id !== id : at.id) && !stay.has(at.id)) {
      const gone = at;
      at = at.nextSibling;
      gone.remove();
    }
  };
  for (const one of [...is.childNodes]) {
    skip(one.id);
    const same = one.id ? [...was.children].find((old) => old.id === one.id) : at?.nodeName === one.nodeName && !at.id ? at : null;
    if (!same) {
      was.insertBefore(document.adoptNode(one.cloneNode(true)), at);
      continue;
    }
    if (same === at) at = at.nextSibling;
    else was.insertBefore(same, at);
    become(same, one);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

// What stands still on the screen: what has the focus, or the first row that is seen.
function still() {
  const seen = (one) => one?.isConnected && one.getBoundingClientRect().bottom > 0 && one.getBoundingClientRect().top < innerHeight;
  const focused = document.activeElement?.closest("tr") ?? document.activeElement;
  return focused !== document.body && seen(focused) ? focused : [...day().querySelectorAll("tr")].find(seen);
}

function show(came) {
  for (const one of came.querySelectorAll("[autofocus]")) one.removeAttribute("autofocus");
  const focused = document.activeElement;
  const anchor = still();
  const top = anchor?.getBoundingClientRect().top;
  for (const part of ["#day", ".top>nav"]) {
    const was = document.querySelector(part);
    const is = came.querySelector(part);
    if (was && is) become(was, is);
  }
  if (document.activeElement !== focused && focused.isConnected) focused.focus({ preventScroll: true });
  if (anchor?.isConnected) scrollBy(0, anchor.getBoundingClientRect().top - top);
}

function look() {
  clearTimeout(timer);
  if (over || request || document.hidden) return;
  request = new XMLHttpRequest();
  request.open("GET", location.pathname + location.search);
  request.responseType = "document"; // a page may make none of text
  request.setRequestHeader("Accept", "text/html");
  request.setRequestHeader("X-Paypane", "watch");
  request.onloadend = () => {
    const { response, status } = request;
    request = null;
    if (over) return;
    read = Date.now();
    timer = setTimeout(look, every);
    if (status === 401 || status === 423) return location.reload(); // over, or covered: the server's word
    if (status === 200 && response?.querySelector("#day")) show(response);
  };
  request.send();
}

if (day()) {
  timer = setTimeout(look, every);
  document.addEventListener("visibilitychange", () => Date.now() - read >= every && look());
  addEventListener("paypane-cover", () => {
    over = true;
    clearTimeout(timer);
    request?.abort();
  });
}
