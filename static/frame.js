// The page /embed/v1/frame: takes the launch token from the element around it and posts it to /launch.
// The token comes by message and leaves in a form body, so that no address, log or Referer ever holds it.

let form;
let hosts;

function launch(token, host, view) {
  form.elements.token.value = token;
  form.elements.view.value = typeof view === "string" ? view : ""; // where to begin, if the token does not say
  // What the browser says, not what the host says of itself: the server checks it against the portal's origins.
  form.elements.host.value = host;
  form.submit();
}

function hear(event) {
  if (event.source !== window.parent || !hosts.includes(event.origin)) return;
  if (event.data?.pp !== "welcome" || event.data.v !== 1) return;
  window.removeEventListener("message", hear); // exactly one
  if (typeof event.data.token === "string") return launch(event.data.token, event.origin, event.data.view);
  // Somebody went back to this page and its token is spent: ask for a fresh one on the port.
  const port = event.ports[0];
  if (!port) return;
  port.onmessage = ({ data }) => {
    if (data?.type !== "token" || typeof data.token !== "string") return;
    port.close();
    launch(data.token, event.origin, event.data.view);
  };
  port.postMessage({ type: "token" });
}

function start() {
  form = document.querySelector("#launch");
  hosts = document.querySelector("main[data-page=frame]").dataset.hosts.split(" ");
  window.addEventListener("message", hear);
  // To anybody: it says nothing, and who the parent is becomes known only by its answer.
  window.parent.postMessage({ pp: "hello", v: 1 }, "*");
}

if (window.parent !== window) {
  // Loaded async it may run before the form is there, and the answer to a hello comes at once.
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start, { once: true });
  else start();
}
