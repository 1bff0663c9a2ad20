// How a page of the flow looks inside a portal's page, as far as the portal may say: colours, sizes, a font, the level
// of its headings. Loaded by channel.js and frame.js where there is something to do.
//
// What the portal says comes by message and is text of its own. So each value is taken only if it is nothing but a
// colour, a number or a name of the list; and what nobody could read is changed until it can be read.

// The custom properties of the style sheet that each colour is for. "warning" is no token; it has to be read all the
// same on a ground that the portal has chosen.
const colors = {
  colorBackground: "--ground",
  colorSurface: "--panel",
  colorText: "--ink",
  colorTextMuted: "--ink-soft",
  colorPrimary: "--accent",
  colorOnPrimary: "--on-accent",
  colorBorder: "--control",
  colorDanger: "--danger",
  colorSuccess: "--success",
  warning: "--warning",
  colorFocus: "--focus",
};

// What stands on what, and how well it has to be seen there (WCAG 2.2, 1.4.3 and 1.4.11).
const grounds = ["colorBackground", "colorSurface"];
const pairs = [
  ["colorText", grounds, 4.5],
  ["colorTextMuted", grounds, 4.5],
  ["colorPrimary", grounds, 4.5],
  ["colorOnPrimary", ["colorPrimary"], 4.5],
  ["colorDanger", grounds, 4.5],
  ["colorSuccess", grounds, 4.5],
  ["warning", grounds, 4.5],
  ["colorBorder", grounds, 3],
  ["colorFocus", grounds, 3],
];

// The others: the least and the most, and what is set. The size of letters goes with what somebody has set in their
// browser.
const sizes = {
  fontSizeBase: [16, 24, (px) => `font-size: ${(px / 16) * 100}%`],
  spaceUnit: [4, 12, (px) => `--step: ${px}px`],
  radius: [0, 24, (px) => `--radius: ${px}px`],
  controlHeight: [44, 72, (px) => `--control-height: ${px}px`],
};
const lineHeights = [1.3, 2];

const generic = ["system-ui", "sans-serif", "serif", "ui-rounded", "ui-serif", "ui-sans-serif"];
const families = [
  "Arial", "Avenir", "Avenir Next", "Calibri", "Cambria", "Charter", "Georgia", "Gill Sans", "Helvetica", "Helvetica Neue", "Inter",
  "Lato", "Liberation Sans", "Merriweather", "Montserrat", "Noto Sans", "Noto Serif", "Open Sans", "Optima", "Palatino",
  "Poppins", "Roboto", "Segoe UI", "Source Sans 3", "Tahoma", "Times New Roman", "Trebuchet MS", "Verdana",
];

const titles = { 2: "1.5rem", 3: "1.25rem", 4: "1.125rem", 5: "1rem", 6: "1rem" }; // the first heading, by its level

const darkness = matchMedia("(prefers-color-scheme: dark)");
const warned = new Set();

let worn = {}; // what the portal said last
let level = 1; // of the first heading
let sheet;

function warn(text) {
  if (warned.has(text)) return;
  warned.add(text);
  console.warn(`pay-pane: appearance: ${text}`);
}

const channels = (color) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255);

function luminance(color) {
  const [r, g, b] = channels(color).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(a, b) {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

// A colour of the same hue and saturation with another lightness, from 0 to 1 (HSL).
function lit(color, lightness) {
  const rgb = channels(color);
  const [least, most] = [Math.min(...rgb), Math.max(...rgb)];
  const range = most - least;
  const own = (least + most) / 2;
  const saturation = range && range / (1 - Math.abs(2 * own - 1));
  const spread = saturation * (1 - Math.abs(2 * lightness - 1));
  const hex = (c) => Math.round(Math.min(1, Math.max(0, c)) * 255).toString(16).padStart(2, "0");
  return `#${rgb.map((c) => hex(lightness - spread / 2 + (range ? ((c - least) / range) * spread : 0))).join("")}`;
}

function lightness(color) {
  const rgb = channels(color);
  return (Math.min(...rgb) + Math.max(...rgb)) / 2;
}

// The colour of the nearest lightness that is seen on all grounds; none: there is not one.
export function repaired(color, on, least) {
  const seen = (candidate) => on.every((ground) => contrast(candidate, ground) >= least);
  if (seen(color)) return color;
  const own = lightness(color);
  for (let step = 1; step <= 200; step++) {
    for (const l of [own - step / 200, own + step / 200]) {
      if (l < -0.005 || l > 1.005) continue;
      const candidate = lit(color, Math.min(1, Math.max(0, l)));
      if (seen(candidate)) return candidate;
    }
  }
}

// The style sheet's own colour, as six digits.
function ownColor(name) {
  const value = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return value.length === 4 ? value.replace(/[^#]/g, "$&$&") : value;
}

// The colours that are shown, by custom property: those of the portal and ours, each such that it can be read.
function palette(tokens) {
  const given = {};
  for (const name of Object.keys(colors)) {
    const value = name.startsWith("color") ? tokens[name] : undefined;
    if (/^#[0-9a-f]{6}$/.test(value)) given[name] = value;
    else if (value !== undefined) warn(`${name} is no colour`);
  }
  if (Object.keys(given).length === 0) return [];
  const own = {};
  for (const [name, property] of Object.entries(colors)) own[name] = ownColor(property);
  delete own.colorFocus; // that of links, unless the portal says otherwise
  const shown = { ...own, ...given };
  if (given.colorBackground && !given.colorSurface) shown.colorSurface = given.colorBackground;
  if (!["#000000", "#ffffff"].some((text) => repaired(text, grounds.map((name) => shown[name]), 4.5))) {
    warn(`nothing can be read on both ${shown.colorBackground} and ${shown.colorSurface}; colorSurface is not used`);
    shown.colorSurface = shown.colorBackground;
  }
  for (const [name, on, least] of pairs) {
    const before = shown[name];
    if (!before) continue;
    shown[name] = repaired(before, on.map((ground) => shown[ground]), least);
    if (given[name] && shown[name] !== before) {
      const worst = on.map((ground) => shown[ground]).sort((a, b) => contrast(before, a) - contrast(before, b))[0];
      warn(`${name} ${before} has ${contrast(before, worst).toFixed(2)}:1 on ${worst}, less than ${least}:1; ${shown[name]} is shown instead`);
    }
  }
  // All of them: with some of another scheme's beside it, a colour might be seen on nothing until this is done again.
  const lines = Object.entries(shown).map(([name, color]) => `${colors[name]}: ${color}`);
  if (given.colorBorder) lines.push(`--line: ${given.colorBorder}`);
  return lines;
}

// All else, in the same form.
function shape(tokens) {
  const lines = [];
  for (const [name, [least, most, line]] of Object.entries(sizes)) {
    const value = tokens[name];
    if (value === undefined) continue;
    const px = /^\d{1,3}(\.\d{1,3})?px$/.test(value) ? parseFloat(value) : NaN;
    if (Number.isNaN(px)) {
      warn(`${name} is no number of pixels`);
      continue;
    }
    const kept = Math.min(most, Math.max(least, px));
    if (kept !== px) warn(`${name} ${px}px is not between ${least} and ${most}px; ${kept}px is used`);
    lines.push(line(kept));
  }
  if (tokens.lineHeight !== undefined) {
    const height = /^\d(\.\d{1,3})?$/.test(tokens.lineHeight) ? parseFloat(tokens.lineHeight) : NaN;
    if (Number.isNaN(height)) warn("lineHeight is no number");
    else lines.push(`--leading: ${Math.min(lineHeights[1], Math.max(lineHeights[0], height))}`);
  }
  if (tokens.fontFamily !== undefined) {
    const asked = String(tokens.fontFamily).split(",").map((name) => name.trim().replace(/^(["'])(.*)\1$/, "$2"));
    const known = asked.map((name) => [...generic, ...families].find((one) => one.toLowerCase() === name.toLowerCase())).filter(Boolean);
    if (known.length < asked.length) warn("fontFamily names what is not in the list of fonts");
    if (known.length) lines.push(`--font: ${[...known.map((name) => (generic.includes(name) ? name : `"${name}"`)), "sans-serif"].join(", ")}`);
  }
  return lines;
}

// Who has the system choose colours keeps theirs, and so does paper.
function dress() {
  const tokens = { ...worn.tokens };
  sheet.replaceSync(""); // so that our own colours can be read
  const rule = (media, lines) => (lines.length ? `@media ${media} { :root { ${lines.join("; ")} } }` : "");
  const lines = shape(tokens);
  if (titles[level]) lines.push(`--title: ${titles[level]}`);
  sheet.replaceSync(rule("screen and (forced-colors: none)", palette(tokens)) + rule("screen", lines));
}

// The outline of a page is one with that of the page around it.
function outline() {
  for (const heading of document.querySelectorAll("h1, h2, h3, h4")) {
    const own = String(Math.min(6, level - 1 + Number(heading.localName[1])));
    if (heading.getAttribute("aria-level") !== own) heading.setAttribute("aria-level", own);
  }
}

export function wear(look) {
  worn = { ...look };
  const wanted = Math.trunc(worn.level);
  level = wanted >= 1 && wanted <= 6 ? wanted : 1;
  if (!sheet) {
    sheet = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    new MutationObserver(outline).observe(document.body, { childList: true, subtree: true });
    darkness.addEventListener("change", dress);
  }
  outline();
  dress();
}
