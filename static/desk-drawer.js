// The page on which a drawer is counted: the sum of the cash that was typed, while it is typed. It knows what is typed
// and nothing else, and what it works out is shown and never sent. Without it everything works.

let shown; // of the page that is there: the program may bring another one
let pieces;
const money = (cents) => "$" + (cents / 100).toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ",");

function sum() {
  if (!shown?.isConnected) return;
  let cents = 0;
  let some = false;
  for (const [value, input] of pieces) {
    const typed = input.value.trim();
    if (!/^\d{1,4}$/.test(typed)) continue; // the server says what is wrong with it
    some = true;
    cents += value * Number(typed);
  }
  shown.hidden = !some;
  shown.querySelector("output").textContent = money(cents);
}

function begin() {
  const there = document.getElementById("drawer-sum");
  if (there && there !== shown) count(there);
  sum();
}

function count(there) {
  shown = there;
  pieces = [...document.querySelectorAll("[data-value]")].map((piece) => [Number(piece.dataset.value), piece.querySelector("input")]);
  // Whoever types numbers presses Enter after each: it leads on, and sends nothing.
  const form = shown.closest("form");
  const leadsOn = (event) => event.key === "Enter" && !event.isComposing && event.target.matches("input");
  form.addEventListener("keypress", (event) => leadsOn(event) && event.preventDefault());
  form.addEventListener("keydown", (event) => {
    if (!leadsOn(event)) return;
    event.preventDefault();
    const stops = [...form.querySelectorAll("input:not([type=hidden]),button.primary")];
    const next = stops[stops.indexOf(event.target) + 1];
    next.focus();
    next.select?.();
  });
  const summary = document.getElementById("summary");
  if (summary && !summary.hidden) summary.focus();
}

document.addEventListener("input", sum);
addEventListener("pageshow", sum);
addEventListener("paypane-page", begin);
begin();
