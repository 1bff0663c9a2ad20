// <pay-pane>: the payment page of another origin, as an element of a portal's page.
//
//   <script type="module" src="https://PAY/embed/v1/pay-pane.js" integrity="sha384-…" crossorigin="anonymous"></script>
//   <pay-pane token-url="/portal/pay-token" label="Pay your bill"></pay-pane>
//
// It runs in somebody else's page: no global, no markup from text (Trusted Types), no style attribute (strict CSP).
// "tongues:…" is a sentence of web/words in each language, which stand in the file as it is served.

// Where this file came from is where the money goes: there is nothing to configure, nothing to mistype.
const payOrigin = new URL(import.meta.url).origin;
const framePage = new URL("/embed/v1/frame", import.meta.url);
const launchPage = new URL("/launch", import.meta.url);

const patience = 8000; // ms, for the token and then again for the frame's hello
const loading = 16000; // ms, from a hello to the first page that can be used; the frame itself says if it is slow
const paying = 60000; // ms, for the page after a form: a payment may be in it
const ring = 6; // px, that the pages leave at their edges for the ring around what has the focus
const tallest = 32000; // px; a frame that asks for more is broken

const attributes = [
  "launch-token", "token-url", "view", "label", "min-height",
  "locale", "color-scheme", "appearance", "heading-level", "fallback", "auto-scroll",
];
// How the pages may look; the frame checks each value again (static/appearance.js).
const tokens = [
  "colorPrimary", "colorOnPrimary", "colorBackground", "colorSurface", "colorText", "colorTextMuted", "colorBorder",
  "colorDanger", "colorSuccess", "colorFocus",
  "fontFamily", "fontSizeBase", "lineHeight", "spaceUnit", "radius", "controlHeight",
];
const launching = ["launch-token", "token-url", "view"]; // another value of these is another launch
const everybodysAttributes =
  /^(id|class|style|slot|part|exportparts|hidden|inert|lang|dir|title|role|tabindex|translate|is|on.+|data-.+|aria-.+)$/;
const warned = new Set();

// What a message may carry, by type. All else is dropped, so that no later page can leak a field into hosts' logs.
const details = {
  ready: ["view", "locale", "testMode"],
  step: ["step"],
  focusout: ["direction"],
  submitting: ["attempt"],
  outcome: ["status", "attempt", "reference"],
  session: ["state", "seconds"],
  changed: ["what"],
  error: ["code", "supportId", "retryable"],
};

const look = new CSSStyleSheet();
look.replaceSync(`
  :host { display: block; }
  :host([hidden]) { display: none; }
  iframe { display: block; inline-size: calc(100% + 2 * var(--out, 0px)); margin-inline: calc(-1 * var(--out, 0px)); border: 0; }
  iframe[hidden] { display: none; }
  button { font: inherit; min-block-size: 44px; padding-inline: 1em; cursor: pointer; }
`);

class PayPane extends HTMLElement {
  static observedAttributes = attributes;

  #root = this.attachShadow({ mode: "open" });
  #pane = letters(); // names this pane's session, so that another one on the page keeps its own
  #frame = null;
  #launch = null; // AbortController of the launch under way: aborting it ends all that belongs to it
  #soon = false; // a look at the attributes is due
  #launched = ""; // what the attributes asked for when it was launched
  #asking = ""; // what they ask for now, while the frame is asked whether it can go
  #waited = false; // it could not at once: a payment was under way, or somebody had typed
  #kept = ""; // what the payer did not want to go for
  #sending = false; // the frame has posted a form, and its next page is not there yet
  #answer = 0; // the timer for the frame's answer
  #given = ""; // the token of the attribute, not yet in hand
  #spent = ""; // the last of them that was
  #token = ""; // in hand, not yet given to the frame
  #port = null;
  #timer = 0;
  #greeted = false;
  #ready = false;
  #height = 0;
  #step = "";
  #outcome = "";
  #appearance = {}; // tokens that the host's script has given
  #sizes = new ResizeObserver(() => this.#align());
  #arrival = promise(); // of the first page on which somebody can pay

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [look];
  }

  // Settles with what pp:ready says, or with the code of the error that came instead; then there is a new one.
  get ready() {
    return this.#arrival.promise;
  }

  // Puts the focus on the page in the frame, or on what stands in its place.
  focus(options) {
    const button = this.#root.querySelector("button");
    if (button) return button.focus(options);
    this.#frame?.focus(options);
    this.#port?.postMessage({ type: "focus" });
  }

  // Has the page read again what is owed. What somebody has typed stays.
  refresh() {
    this.#port?.postMessage({ type: "refresh" });
  }

  // Lets the session go on as if it had just begun: the answer to pp:session "expiring". The token has to be for the
  // same people; without one token-url is asked.
  async renew(token) {
    const { signal } = this.#launch ?? {};
    token ??= await this.#fetchToken(signal);
    if (!signal?.aborted) this.#port?.postMessage({ type: "renew", token });
  }

  get appearance() {
    return { ...this.#appearance };
  }

  set appearance(tokens) {
    this.#appearance = { ...tokens };
    this.#dress();
  }

  // Without tokens it looks again what the element's CSS says.
  setAppearance(tokens) {
    this.appearance = tokens ?? this.#appearance;
  }

  setLocale(locale) {
    this.setAttribute("locale", locale);
  }

  // Ends what is open, the payer's typing with it. A payment that was sent goes on. Another token opens it again.
  close() {
    this.#stop();
    this.#greeted = this.#ready = false;
    this.#root.replaceChildren();
  }

  connectedCallback() {
    for (const name of this.getAttributeNames()) {
      if (attributes.includes(name) || everybodysAttributes.test(name)) continue;
      this.#warn(`this version does not know the attribute "${name}"`);
    }
    this.#sizes.observe(this);
    this.#startSoon();
  }

  disconnectedCallback() {
    this.#sizes.disconnect();
    this.#stop();
  }

  // With this callback in place, moveBefore() moves a live payment without reloading it.
  connectedMoveCallback() {}

  attributeChangedCallback(name, old, value) {
    if (name === "label" && this.#frame) this.#frame.title = this.#label;
    if (name === "min-height") this.#reserve();
    if (name === "color-scheme") this.#tint();
    if (name === "heading-level" || name === "appearance") this.#dress();
    if (name === "launch-token") {
      if (value === null) return;
      // Read once: a token in the document could be picked up by whatever else reads the document.
      if (value !== this.#spent) this.#given = value;
      this.removeAttribute(name);
    } else if (old === value) {
      return;
    }
    if (launching.includes(name)) this.#startSoon();
  }

  get #canLaunch() {
    return this.#given !== "" || this.#token !== "" || this.hasAttribute("token-url");
  }

  // What the attributes ask for: another text is another launch.
  get #wanted() {
    const url = this.getAttribute("token-url") ?? "";
    const address = URL.canParse?.(url, document.baseURI) ? new URL(url, document.baseURI).href : url;
    return [this.#given, address, this.getAttribute("view") || "pay"].join(" ");
  }

  get #label() {
    return this.getAttribute("label") || this.#say("tongues:pane.label");
  }

  // Later than the caller: a framework may insert first and set attributes after, take out and put back at once, or
  // set several attributes one by one.
  #startSoon() {
    if (this.#soon) return;
    this.#soon = true;
    queueMicrotask(() => {
      this.#soon = false;
      if (!this.isConnected) return;
      if (this.#launch) this.#change();
      // Without any token it waits quietly: the host's script may still be fetching one.
      else if (this.#canLaunch || this.#greeted) this.#start();
    });
  }

  // The attributes have changed under a launch. The frame has to go, unless somebody is in the middle of something.
  #change() {
    const wanted = this.#wanted;
    if (this.#asking === wanted || this.#kept === wanted) return;
    if (this.#asking) this.#port?.postMessage({ type: "stay" }); // no longer asked
    clearTimeout(this.#answer);
    this.#asking = this.#kept = "";
    this.#waited = false;
    if (wanted === this.#launched) return;
    // A token-url that was removed leaves what it has launched; without any token nothing else can be.
    if (!this.#given && !this.hasAttribute("token-url")) return;
    if (!this.#ready) return this.#startAnew();
    this.#asking = wanted;
    this.#ask();
  }

  // Asks the page in the frame whether it can go. One that has sent a form is asked again when the next is there.
  #ask() {
    clearTimeout(this.#answer);
    this.#port.postMessage({ type: "leave", waited: this.#waited });
    this.#answer = setTimeout(() => this.#startAnew(), this.#sending ? paying : patience);
  }

  #startAnew() {
    this.#stop();
    this.#start();
  }

  // notice: what stands in place of the frame until the token has come, where an attempt before this one failed.
  async #start(notice) {
    this.#launch = new AbortController();
    const { signal } = this.#launch;
    if (payOrigin === location.origin) {
      // On one origin the frame could reach into the host's page and the host into the card form.
      return this.#giveUp("same_origin", false, "the element does not run on the payment page's own origin");
    }

    const frame = document.createElement("iframe");
    frame.title = this.#label;
    frame.referrerPolicy = "strict-origin"; // a portal's path may name a patient
    this.#frame = frame;
    if (this.#ready) this.#arrival = promise();
    this.#greeted = this.#ready = this.#sending = false;
    this.#height = 0;
    this.#step = this.#outcome = "";
    this.#reserve();
    this.#tint();
    this.#align();
    if (notice) this.#stand(notice, frame);
    else this.#root.replaceChildren(frame);
    window.addEventListener("message", (event) => this.#hear(event), { signal });

    if (this.#given) [this.#token, this.#spent, this.#given] = [this.#given, this.#given, ""];
    this.#launched = this.#wanted;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#slow(), patience);
    let portal;
    try {
      this.#token ||= await this.#fetchToken(signal);
      if (signal.aborted) return;
      portal = issuer(this.#token);
    } catch (error) {
      if (signal.aborted) return;
      this.#token = "";
      return this.#giveUp("token_failed", this.hasAttribute("token-url"), error);
    }
    this.#unveil(frame);
    frame.src = `${framePage}?${new URLSearchParams({ portal })}`;
    this.#wait();
  }

  #stop() {
    this.#launch?.abort();
    this.#launch = null;
    this.#port?.close();
    this.#port = null;
    clearTimeout(this.#timer);
    clearTimeout(this.#answer);
    this.#asking = this.#kept = "";
    this.#waited = false;
    this.#frame?.remove();
    this.#frame = null;
    // A fetched token is not kept: by the time it is wanted again it may have expired.
    if (this.hasAttribute("token-url")) this.#token = "";
  }

  #wait(time = patience) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#giveUp("frame_blocked", true, "the frame says nothing"), time);
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
    if (!this.#ready) this.#wait(loading);
    this.#port?.close();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = (event) => this.#take(event.data, port1);
    this.#tint();
    const welcome = {
      pp: "welcome", v: 1, view: this.getAttribute("view") ?? "", pane: this.#pane, locale: this.#locale, look: this.#look,
    };
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
    if (type === "progress" && !this.#ready) return this.#wait(loading);
    if (type === "sent") this.#sending = true;
    if (type === "leave" && this.#asking) return this.#startAnew();
    if (type === "asked") {
      this.#waited = true;
      return clearTimeout(this.#answer);
    }
    if (type === "stay") return this.#stay();
    if (!Object.hasOwn(details, type)) return;
    // The frame has something to say for itself: that it is there, or why not.
    if (type === "ready" || type === "error" || type === "session") clearTimeout(this.#timer);
    if (type === "ready" || type === "error") {
      this.#sending = false;
      if (this.#asking) this.#ask();
    }
    const detail = {};
    for (const name of details[type]) if (message[name] !== undefined) detail[name] = message[name];
    if (type === "error" && !detail.supportId) detail.supportId = this.#note(detail.code, "the frame gave no support code");

    if (type === "ready") {
      // Each page announces itself; the host waits for the first one only.
      if (!this.#ready) this.#tell("ready", detail);
      this.#ready = true;
      this.#arrival.resolve(detail);
    } else if (type === "step") {
      const may = this.#tell("step", detail, true);
      if (this.#step && may && this.getAttribute("auto-scroll") !== "off") this.#showTop();
      this.#step = detail.step;
    } else if (type === "focusout" || type === "submitting" || type === "session" || type === "changed" || type === "error") {
      if (type === "error") this.#fail(detail.code);
      this.#tell(type, detail);
      // The warning stands in the part of the frame that is seen. Where none is, nobody would see it.
      if (detail.state === "expiring" && !this.#seen) this.#scroll("nearest");
    } else {
      // A reloaded result page repeats itself; an unknown outcome that is settled later does not.
      const told = `${detail.attempt} ${detail.status}`;
      if (told === this.#outcome) return;
      this.#outcome = told;
      this.#tell("outcome", detail);
      // As it was called at first; hosts may listen for either.
      if (detail.status === "not_sent") this.#tell("outcome", { ...detail, status: "cancelled" });
    }
  }

  // The frame asks for another token: to try again, or to open the payment page in a window of its own.
  async #renew(port) {
    const { signal } = this.#launch;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#slow(), patience);
    try {
      const token = this.#token || (await this.#fetchToken(signal));
      if (signal.aborted) return;
      this.#token = "";
      clearTimeout(this.#timer); // the frame says what it does with it
      this.#unveil(this.#frame);
      port.postMessage({ type: "token", token });
    } catch (error) {
      if (signal.aborted) return;
      this.#giveUp("token_failed", this.hasAttribute("token-url"), error);
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

  // Text in the frame begins where the host's does: the frame is wider by the pages' edges, unless that would be cut off
  // or have the host scroll sideways.
  #align() {
    const { left, right } = this.getBoundingClientRect();
    let room = left >= ring && right + ring <= document.documentElement.clientWidth;
    for (let box = this; room && box; box = box.assignedSlot ?? box.parentElement ?? box.getRootNode().host) {
      if (box === this || getComputedStyle(box).overflowX === "visible") continue;
      const start = box.getBoundingClientRect().left + box.clientLeft;
      room = left - ring >= start && right + ring <= start + box.clientWidth;
    }
    this.#frame?.style.setProperty("--out", room ? `${ring}px` : "0px");
  }

  // A page that names no colour scheme is light, whatever the computer is set to: a dark frame would be a hole in it.
  #tint() {
    const wanted = this.getAttribute("color-scheme");
    const plain = getComputedStyle(this).colorScheme === "normal" ? "light" : "";
    this.#frame?.style.setProperty("color-scheme", wanted === "light" || wanted === "dark" ? wanted : plain);
  }

  // The language that is asked for: the page shows it if it has it.
  get #locale() {
    return this.getAttribute("locale") || this.closest("[lang]")?.lang || "";
  }

  // How the pages are to look, as far as that is the host's.
  get #look() {
    const level = Math.trunc(Number(this.getAttribute("heading-level")));
    return { level: level >= 1 && level <= 6 ? level : 2, tokens: this.#tokens() };
  }

  // From the element's CSS custom properties, its attribute and its property; what comes later counts.
  #tokens() {
    const style = getComputedStyle(this);
    const found = {};
    for (const name of tokens) {
      const value = style.getPropertyValue(`--pay-pane-${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`).trim();
      if (value) found[name] = value;
    }
    try {
      Object.assign(found, JSON.parse(this.getAttribute("appearance") || "{}"));
    } catch {
      this.#warn("appearance is no JSON");
    }
    const told = {};
    for (const [name, value] of Object.entries(Object.assign(found, this.#appearance))) {
      if (!tokens.includes(name)) this.#warn(`appearance has no token "${name}"`);
      else if (value === null || value === undefined) continue;
      else if (!name.startsWith("color")) told[name] = String(value);
      else if ((told[name] = this.#color(String(value))) === undefined) this.#warn(`${name} is no colour without transparency`);
    }
    return told;
  }

  // A colour as six digits, whatever way CSS has to write it; undefined: it is none, or lets something through.
  #color(value) {
    const probe = document.createElement("span");
    probe.hidden = true;
    probe.style.setProperty("color", `color-mix(in srgb, ${value}, ${value})`);
    if (!probe.style.color) return undefined;
    this.#root.append(probe);
    const computed = getComputedStyle(probe).color;
    probe.remove();
    const parts = computed.match(/^color\(srgb ([-\d.e]+) ([-\d.e]+) ([-\d.e]+)\)$/)?.slice(1).map((part) => part * 255)
      ?? computed.match(/^rgb\((\d+), (\d+), (\d+)\)$/)?.slice(1);
    return parts && `#${parts.map((part) => Math.round(Math.min(255, Math.max(0, part))).toString(16).padStart(2, "0")).join("")}`;
  }

  #warn(text) {
    if (warned.has(text)) return;
    warned.add(text);
    console.warn(`pay-pane: ${text}`);
  }

  #dress() {
    this.#port?.postMessage({ type: "look", look: this.#look });
  }

  // What was waited for has not come. Who waits for it hears why; nobody has to.
  #fail(code) {
    if (this.#ready) return;
    this.#arrival.reject(new Error(code));
    this.#arrival = promise();
  }

  // A shorter step must not leave the reader below it; a reader who sees the top is not moved.
  #showTop() {
    const { top } = this.getBoundingClientRect();
    if (top < 0 || top >= window.innerHeight) this.#scroll("start");
  }

  get #seen() {
    const { top, bottom } = this.getBoundingClientRect();
    return bottom > 0 && top < window.innerHeight;
  }

  #scroll(block) {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scrollIntoView({ block, behavior: still ? "instant" : "smooth" });
  }

  // The payer stays where they are. What the attributes ask for is asked for again when they change again.
  #stay() {
    if (!this.#asking) return;
    this.#kept = this.#asking;
    this.#asking = this.#given = "";
    this.#tell("kept", {});
  }

  // The token has not come in time. It may still come.
  #slow() {
    const id = this.#note("token_slow", `no token in ${patience / 1000} seconds`);
    this.#stand(this.#notice("tongues:pane.slow", id, true), this.#frame);
    this.#tell("error", { code: "token_slow", supportId: id, retryable: true });
  }

  #giveUp(code, retryable, cause) {
    const focused = this.#root.activeElement;
    const id = this.#note(code, cause);
    this.#stop();
    if (code === "token_failed") {
      const notice = this.#notice(
        retryable ? failed : "tongues:pane.reload",
        id,
        retryable,
      );
      this.#stand(notice);
      if (focused) notice.querySelector("button")?.focus();
    } else if (this.#hasOwn || this.getAttribute("fallback") === "none") {
      this.#root.replaceChildren(document.createElement("slot"));
    } else if (this.#canLaunch) {
      this.#root.replaceChildren(this.#door(id));
    } else {
      this.#root.replaceChildren(this.#notice("tongues:pane.over", id, false));
    }
    this.#fail(code);
    this.#tell("error", { code, supportId: id, retryable });
    if (code === "frame_blocked" && this.getAttribute("fallback") === "redirect" && this.#canLaunch) this.#redirect();
  }

  // Leaves the host's page for the payment page. What is shown by now stays where the host's form-action forbids it.
  async #redirect() {
    try {
      const token = this.#token || (await this.#fetchToken());
      if (!this.isConnected || this.#launch) return;
      this.#token = "";
      this.#send(window, token);
    } catch (error) {
      const id = this.#note("token_failed", error);
      this.#tell("error", { code: "token_failed", supportId: id, retryable: this.hasAttribute("token-url") });
    }
  }

  // Puts a fault and its cause into the console, under the code that the payer reads and the portal's script hears.
  #note(code, cause) {
    const id = supportCode();
    console.error(`pay-pane: ${code}, support code ${id}:`, cause);
    return id;
  }

  // White space between the tags would count as content, too, and hide the way out.
  get #hasOwn() {
    return this.firstElementChild || this.textContent.trim();
  }

  // Shows a notice and what the host has between the tags, in place of the frame.
  #stand(notice, frame) {
    const others = this.#hasOwn ? [notice, document.createElement("slot")] : [notice];
    if (!frame) return this.#root.replaceChildren(...others);
    frame.hidden = true;
    // A frame that is taken out, be it for a moment, loses its page.
    if (frame.parentNode !== this.#root) this.#root.append(frame);
    for (const other of [...this.#root.childNodes]) if (other !== frame) other.remove();
    frame.before(...others);
  }

  // Shows the frame in place of a notice.
  #unveil(frame) {
    if (!frame.hidden) return;
    const focused = this.#root.activeElement;
    frame.hidden = false;
    for (const other of [...this.#root.childNodes]) if (other !== frame) other.remove();
    if (focused) frame.focus();
  }

  // The language that the element itself speaks: the one that is asked for, or the browser's, if it has it.
  get #tongue() {
    const [tag] = (this.#locale || navigator.language).toLowerCase().split("-");
    return tag in failed ? tag : "en";
  }

  #say(sentence) {
    return sentence[this.#tongue];
  }

  // A sentence with a support code.
  #coded(sentence, id) {
    return `${this.#say(sentence)} ${this.#say("tongues:pane.support").replace("{code}", id)}`;
  }

  // Where sentences of ours stand in the portal's page.
  #spoken() {
    const place = document.createElement("div");
    place.lang = this.#tongue;
    place.dir = "auto";
    return place;
  }

  // A sentence, and a button that launches once more.
  #notice(words, id, again) {
    const notice = this.#spoken();
    const text = document.createElement("p");
    text.setAttribute("role", "alert");
    text.textContent = this.#coded(words, id);
    notice.append(text);
    if (!again) return notice;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = this.#say("tongues:pane.again");
    let pressed = false;
    button.addEventListener("click", () => {
      if (pressed) return;
      pressed = true;
      button.textContent = this.#say("tongues:pane.trying");
      this.#stop();
      this.#start(notice);
      if (notice.isConnected) button.focus();
    });
    notice.append(button);
    return notice;
  }

  // The way out: the payment page in a window of its own. The token travels in a form, never in an address.
  #door(id) {
    const door = this.#spoken();
    const text = document.createElement("p");
    text.setAttribute("role", "alert");
    text.textContent = this.#coded("tongues:pane.window", id);
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = this.#say("tongues:pane.open");
    door.append(text, button);
    let opened = null; // the window that waits for its token
    button.addEventListener("click", async () => {
      const asked = opened !== null;
      // Now, while the press counts: browsers open no window for what comes of it later.
      if (!opened || opened.closed) opened = openWindow(this.#say("tongues:pane.opening"));
      if (!opened) {
        const id = this.#note("frame_blocked", "the browser opened no window");
        text.textContent = this.#coded("tongues:pane.blocked", id);
        return this.#tell("error", { code: "frame_blocked", supportId: id, retryable: true });
      }
      opened.focus();
      if (asked) return;
      text.textContent = "";
      const slow = setTimeout(() => {
        const id = this.#note("token_slow", `no token in ${patience / 1000} seconds`);
        text.textContent = this.#coded("tongues:pane.waiting", id);
        this.#tell("error", { code: "token_slow", supportId: id, retryable: true });
      }, patience);
      try {
        const token = this.#token || (await this.#fetchToken());
        text.textContent = "";
        if (!opened.closed) {
          this.#token = "";
          this.#send(opened, token);
        }
      } catch (error) {
        opened.close();
        const retryable = this.hasAttribute("token-url");
        const id = this.#note("token_failed", error);
        text.textContent = this.#coded(failed, id);
        this.#tell("error", { code: "token_failed", supportId: id, retryable });
      }
      clearTimeout(slow);
      opened = null;
    });
    return door;
  }

  // Posts a launch from within a window, ours or one that we have opened: there the form needs no target.
  #send(opened, token) {
    const form = opened.document.createElement("form");
    form.method = "post";
    form.action = launchPage;
    form.hidden = true;
    const fields = { token, view: this.getAttribute("view") ?? "", pane: this.#pane, locale: this.#locale };
    for (const [name, value] of Object.entries(fields)) {
      const field = opened.document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      form.append(field);
    }
    opened.document.body.append(form);
    form.submit();
    form.remove();
  }

  // Each event has two names: Angular takes what stands before a colon for a target. Either can be prevented.
  #tell(name, detail, cancelable = false) {
    const init = { detail, cancelable, bubbles: true, composed: true };
    const first = this.dispatchEvent(new CustomEvent(`pp:${name}`, init));
    return this.dispatchEvent(new CustomEvent(`pp${name}`, init)) && first;
  }
}

// A promise with its ends. That nobody waits for it is no fault of the page.
function promise() {
  const ends = {};
  ends.promise = new Promise((resolve, reject) => Object.assign(ends, { resolve, reject }));
  ends.promise.catch(() => {});
  return ends;
}

// The portal's public id, read without trust: it only chooses which frame-ancestors the server answers with.
function issuer(token) {
  const [, part] = token.split(".");
  if (!part) throw new Error("the token is no token");
  const payload = part.replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(payload), (c) => c.charCodeAt(0));
  const { iss } = JSON.parse(new TextDecoder().decode(bytes));
  if (typeof iss !== "string" || iss === "") throw new Error("the token names no portal");
  return iss;
}

// An empty window that says what it waits for. It cannot reach back into the portal's page.
function openWindow(saying) {
  const opened = window.open("about:blank", "_blank");
  if (!opened) return null;
  opened.opener = null;
  opened.document.title = opened.document.body.textContent = saying;
  return opened;
}

const failed = "tongues:pane.failed";

// Like the ids that the server gives its requests.
function supportCode() {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => letters[n % 32]).join("");
}

// Twenty letters by chance.
function letters() {
  return String.fromCharCode(...crypto.getRandomValues(new Uint8Array(20)).map((n) => 97 + (n % 26)));
}

// A page may load this twice, through two portals' bundles or two versions: the first one stands.
if (!customElements.get("pay-pane")) customElements.define("pay-pane", PayPane);
