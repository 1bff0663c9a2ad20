// The page /embed/v1/frame: takes the launch token from the element around it, posts it to /launch and goes where the
// answer leads. The token comes by message and leaves in a request body, so that no address, log or Referer ever holds
// it. It goes there in its own place: a form would leave this page in the history, and whoever went Back to it would
// launch once more.
//
// A launch that ends here is said here, because what the browser shows of a lost connection nobody can frame.

const patience = 8000; // ms, until a launch without an answer is said to be slow

let hosts;
let host; // origin of the page around us, as the browser says and not as it says of itself
let port;
let welcome;
let timer;
let turn = 0; // counts launches: what comes of an earlier one is too late

const part = (id) => document.getElementById(id);

function say(type, detail) {
  port?.postMessage({ type, ...detail });
}

async function launch(token) {
  const mine = ++turn;
  clearTimeout(timer);
  timer = setTimeout(() => end({ error: "launch_slow" }, `no answer in ${patience / 1000} seconds`), patience);
  say("progress");
  const text = (value) => (typeof value === "string" ? value : "");
  let view, cause;
  try {
    const answer = await fetch("/launch", {
      method: "POST",
      cache: "no-store",
      redirect: "error",
      headers: { Accept: "application/json", "X-Paypane": "1" },
      // The server checks the host against the portal's origins. Where to begin counts if the token does not say.
      body: new URLSearchParams({ token, host, view: text(welcome.view), pane: text(welcome.pane), locale: text(welcome.locale) }),
    });
    view = await answer.json();
  } catch (error) {
    view = {}; // no answer, or one that is not ours
    cause = error;
  }
  if (mine !== turn) return;
  clearTimeout(timer);
  if (typeof view.next !== "string") return end(view.notice ?? {}, cause);
  say("progress");
  location.replace(view.next);
}

// Says what has become of the launch, here and to the element. A notice is what the server says of it; what it says
// nothing of gets a support code here.
function end({ heading, text, error, id }, cause) {
  const code = error?.startsWith("launch_") ? error : "launch_failed";
  if (!id) {
    id = supportCode();
    console.error(`pay-pane: ${code}, support code ${id}:`, cause);
  }
  if (heading) {
    part("heading").textContent = heading;
    part("words").replaceChildren(...text.map((words) => Object.assign(document.createElement("p"), { textContent: words })));
  }
  part("support").querySelector("span").textContent = id;
  part("opening").hidden = true;
  part("ended").hidden = false;
  if (document.hasFocus()) part("heading").focus();
  say("error", { code, supportId: id, retryable: code !== "launch_refused" });
  const page = document.querySelector(".page");
  say("resize", { height: Math.ceil(page.getBoundingClientRect().bottom + window.scrollY) + 16 });
}

// Like the ids that the server gives its requests.
function supportCode() {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => letters[n % 32]).join("");
}

// Once more, with a new token: the one that was posted may be spent.
function again() {
  turn++;
  part("ended").hidden = true;
  part("opening").hidden = false;
  if (port) return say("token");
  hello();
}

function hear(event) {
  if (event.source !== window.parent || !hosts.includes(event.origin)) return;
  if (event.data?.pp !== "welcome" || event.data.v !== 1 || !event.ports[0]) return;
  window.removeEventListener("message", hear); // exactly one
  host = event.origin;
  welcome = event.data;
  port = event.ports[0];
  port.onmessage = ({ data }) => {
    if (data?.type === "token" && typeof data.token === "string") launch(data.token);
  };
  if (welcome.look) import("file:appearance.js").then(({ wear }) => wear(welcome.look));
  if (typeof welcome.token === "string") return launch(welcome.token);
  say("token"); // a page without a session sent us back here, and the first token is spent
}

function hello() {
  clearTimeout(timer);
  timer = setTimeout(() => port || end({}, "the page around says nothing"), patience);
  // To anybody: it says nothing, and who the parent is becomes known only by its answer.
  window.parent.postMessage({ pp: "hello", v: 1 }, "*");
}

function start() {
  hosts = document.querySelector("main[data-page=frame]").dataset.hosts.split(" ");
  part("again").addEventListener("click", again);
  window.addEventListener("message", hear);
  hello();
}

if (window.parent !== window) {
  // Loaded async it may run before the page is there, and the answer to a hello comes at once.
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start, { once: true });
  else start();
}
