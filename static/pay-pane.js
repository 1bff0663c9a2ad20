// <pay-pane>: the payment page of another origin, as an element of a portal's page.
//
//   <script type="module" src="https://PAY/embed/v1/pay-pane.js" integrity="sha384-…" crossorigin="anonymous"></script>
//   <pay-pane token-url="/portal/pay-token" label="Pay your bill"></pay-pane>
//
// It runs in somebody else's page: no global, no markup from text (Trusted Types), no style attribute (strict CSP).

// Where this file came from is where the money goes: there is nothing to configure, nothing to mistype.
const payOrigin = new URL(import.meta.url).origin;
const framePage = new URL("frame", import.meta.url);
const launchPage = new URL("/launch", import.meta.url);

const patience = 8000; // ms, for the token and then again for the frame's hello
const tallest = 32000; // px; a frame that asks for more is broken

const ownAttributes = new Set(["launch-token", "token-url", "view", "label", "min-height"]);
const everybodysAttributes =
  /^(id|class|style|slot|part|exportparts|hidden|inert|lang|dir|title|role|tabindex|translate|is|on.+|data-.+|aria-.+)$/;
const warned = new Set();

// What a message may carry, by type. All else is dropped, so that no later page can leak a field into hosts' logs.
const details = {
  ready: ["view", "locale", "testMode"],
  step: ["step"],
  outcome: ["status", "attempt", "reference"],
  session: ["state", "seconds"],
  changed: ["what"],
};

const look = new CSSStyleSheet();
look.replaceSync(`
  :host { display: block; }
  :host([hidden]) { display: none; }
  iframe { display: block; inline-size: 100%; border: 0; }
  button { font: inherit; min-block-size: 44px; padding-inline: 1em; cursor: pointer; }
`);

class PayPane extends HTMLElement {
  static observedAttributes = ["launch-token", "token-url", "label", "min-height"];

  #root = this.attachShadow({ mode: "open" });
  #frame = null;
  #launch = null; // AbortController of the launch under way: aborting it ends all that belongs to it
  #token = ""; // in hand, not yet given to the frame
  #port = null;
  #timer = 0;
  #greeted = false;
  #ready = false;
  #height = 0;
  #step = "";
  #outcome = "";

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [look];
  }

  connectedCallback() {
    for (const name of this.getAttributeNames()) {
      if (ownAttributes.has(name) || everybodysAttributes.test(name) || warned.has(name)) continue;
      warned.add(name);
      console.warn(`pay-pane: this version does not know the attribute "${name}"`);
    }
    this.#startSoon();
  }

  disconnectedCallback() {
    this.#stop();
  }

  // With this callback in place, moveBefore() moves a live payment without reloading it.
  connectedMoveCallback() {}

  attributeChangedCallback(name, _, value) {
    if (name === "launch-token" && value !== null) {
      // Read once: a token in the document could be picked up by whatever else reads the document.
      this.#token = value;
      this.removeAttribute(name);
    }
    if (name === "label" && this.#frame) this.#frame.title = this.#label;
    if (name === "min-height") this.#reserve();
    if (name === "token-url" || this.#token) this.#startSoon();
  }

  get #canLaunch() {
    return this.#token !== "" || this.hasAttribute("token-url");
  }

  get #label() {
    return this.getAttribute("label") || "Payment";
  }

  // Later than the caller: a framework may insert first and set attributes after, or take out and put back at once.
  #startSoon() {
    queueMicrotask(() => {
      // Without any token it waits quietly: the host's script may still be fetching one.
      if (this.isConnected && !this.#launch && (this.#canLaunch || this.#greeted)) this.#start();
    });
  }

  async #start() {
    this.#launch = new AbortController();
    const { signal } = this.#launch;
    if (payOrigin === location.origin) {
      // On one origin the frame could reach into the host's page and the host into the card form.
      console.error("pay-pane: refuses to run on the payment page's own origin");
      return this.#giveUp("same_origin", false);
    }

    const frame = document.createElement("iframe");
    frame.title = this.#label;
    frame.referrerPolicy = "strict-origin"; // a portal's path may name a patient
    this.#frame = frame;
    this.#greeted = this.#ready = false;
    this.#height = 0;
    this.#step = this.#outcome = "";
    this.#reserve();
    this.#root.replaceChildren(frame);
    window.addEventListener("message", (event) => this.#hear(event), { signal });

    this.#wait();
    try {
      this.#token ||= await this.#fetchToken(signal);
      if (signal.aborted) return;
      frame.src = `${framePage}?${new URLSearchParams({ portal: issuer(this.#token) })}`;
      this.#wait();
    } catch (error) {
      if (signal.aborted) return;
      console.error("pay-pane:", error);
      this.#giveUp("token_failed", true);
    }
  }

  #stop() {
    this.#launch?.abort();
    this.#launch = null;
    this.#port?.close();
    this.#port = null;
    clearTimeout(this.#timer);
    this.#frame?.remove();
    this.#frame = null;
    // A fetched token is not kept: by the time it is wanted again it may have expired.
    if (this.hasAttribute("token-url")) this.#token = "";
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#giveUp("frame_blocked", true), patience);
  }

  async #fetchToken(signal) {
    const url = this.getAttribute("token-url");
    if (!url) throw new Error("the launch token is used up and there is no token-url");
    const answer = await fetch(new URL(url, document.baseURI), {
      mode: "same-origin", // a token that another origin hands out is not the portal's
      credentials: "same-origin",
      cache: "no-store",
      headers: { Accept: "application/json" },
      signal,
    });
    if (!answer.ok) throw new Error(`token-url answered ${answer.status}`);
    const { token } = await answer.json();
    if (typeof token !== "string" || token === "") throw new Error("token-url answered without a token");
    return token;
  }

  // Each page of the flow says hello when it loads and gets a port of its own. Only the first gets the token.
  #hear({ source, origin, data }) {
    if (source !== this.#frame.contentWindow || origin !== payOrigin) return;
    if (data?.pp !== "hello" || data.v !== 1) return;
    clearTimeout(this.#timer);
    this.#port?.close();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = (event) => this.#take(event.data, port1);
    const welcome = { pp: "welcome", v: 1, view: this.getAttribute("view") ?? "" };
    if (!this.#greeted) {
      welcome.token = this.#token;
      this.#token = "";
    }
    this.#greeted = true;
    source.postMessage(welcome, payOrigin, [port2]);
  }

  #take(message, port) {
    const type = message?.type;
    if (type === "token") return this.#renew(port);
    if (type === "resize") return this.#resize(message.height);
    if (!Object.hasOwn(details, type)) return;
    const detail = {};
    for (const name of details[type]) if (message[name] !== undefined) detail[name] = message[name];

    if (type === "ready") {
      // Each page announces itself; the host waits for the first one only.
      if (!this.#ready) this.#tell("ready", detail);
      this.#ready = true;
    } else if (type === "step") {
      this.#tell("step", detail);
      if (this.#step) this.#showTop();
      this.#step = detail.step;
    } else if (type === "session" || type === "changed") {
      this.#tell(type, detail);
    } else {
      // A reloaded result page repeats itself; an unknown outcome that is settled later does not.
      const told = `${detail.attempt} ${detail.status}`;
      if (told !== this.#outcome) this.#tell("outcome", detail);
      this.#outcome = told;
    }
  }

  // The frame page was loaded a second time (Back inside the frame) when its token was already spent.
  async #renew(port) {
    const { signal } = this.#launch;
    this.#wait();
    try {
      const token = this.#token || (await this.#fetchToken(signal));
      this.#token = "";
      clearTimeout(this.#timer);
      port.postMessage({ type: "token", token });
    } catch (error) {
      if (signal.aborted) return;
      console.error("pay-pane:", error);
      this.#giveUp("token_failed", true);
    }
  }

  #resize(wanted) {
    if (!Number.isFinite(wanted) || wanted <= 0) return;
    const height = Math.min(Math.ceil(wanted), tallest);
    if (Math.abs(height - this.#height) < 2) return;
    this.#height = height;
    if (this.#tell("resize", { height }, true)) this.#frame?.style.setProperty("height", `${height}px`);
  }

  #reserve() {
    const least = Number(this.getAttribute("min-height"));
    this.#frame?.style.setProperty("min-height", least > 0 ? `${Math.min(least, tallest)}px` : "0");
  }

  // A shorter step must not leave the reader below it; a reader who sees the top is not moved.
  #showTop() {
    const { top } = this.getBoundingClientRect();
    if (top >= 0 && top < window.innerHeight) return;
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scrollIntoView({ block: "start", behavior: still ? "instant" : "smooth" });
  }

  #giveUp(code, retryable) {
    this.#stop();
    // White space between the tags would count as slot content and hide the way out.
    const hasOwn = this.firstElementChild || this.textContent.trim();
    const door = this.#canLaunch ? this.#door() : "The payment page cannot be opened any more. Reload this page.";
    this.#root.replaceChildren(hasOwn ? document.createElement("slot") : door);
    this.#tell("error", { code, supportId: "", retryable });
  }

  // The way out: the payment page in a tab of its own. The token travels in a form, never in an address.
  #door() {
    const form = document.createElement("form");
    form.method = "post";
    form.action = launchPage;
    form.target = "_blank";
    form.setAttribute("rel", "noopener");
    const hidden = (name, value) => {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      return field;
    };
    const field = hidden("token", "");
    const button = document.createElement("button");
    button.textContent = "Open the secure payment page";
    form.append(field, hidden("view", this.getAttribute("view") ?? ""), button);
    let busy = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (busy) return;
      busy = true;
      try {
        field.value = this.#token || (await this.#fetchToken());
        this.#token = "";
        form.submit();
      } catch (error) {
        console.error("pay-pane:", error);
        this.#tell("error", { code: "token_failed", supportId: "", retryable: true });
      }
      field.value = "";
      busy = false;
    });
    return form;
  }

  #tell(name, detail, cancelable = false) {
    return this.dispatchEvent(new CustomEvent(`pp:${name}`, { detail, cancelable, bubbles: true, composed: true }));
  }
}

// The portal's public id, read without trust: it only chooses which frame-ancestors the server answers with.
function issuer(token) {
  const payload = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(payload), (c) => c.charCodeAt(0));
  const { iss } = JSON.parse(new TextDecoder().decode(bytes));
  if (typeof iss !== "string" || iss === "") throw new Error("the token names no portal");
  return iss;
}

// A page may load this twice, through two portals' bundles or two versions: the first one stands.
if (!customElements.get("pay-pane")) customElements.define("pay-pane", PayPane);
