// The page on which staff take money, beside what the server prints: the total and the change while they are typed,
// a key for each method, buttons for banknotes, and feedback on a number that is not seen. Without it everything works,
// and the server says the same after the form was sent. What is worked out here is shown and never sent.

let form; // of the page that is there: swipe.js and the program may bring another one
const choosing = ".w-amount,[name=method]"; // where a letter means a method
const idle = 120000; // ms without a key, after which what was typed of a card is wiped

let secrets = []; // inputs of what is a card's
let timer;
let sent = false;

begin();
addEventListener("paypane-page", begin);
for (const name of ["pagehide", "paypane-cover"]) addEventListener(name, wipe);
addEventListener("paypane-busy", busy);
// Back from the browser's memory, or the answer was lost.
addEventListener("pageshow", again);

function again() {
  sent = false;
  const button = form?.querySelector("#take[aria-disabled]");
  if (!button) return;
  button.removeAttribute("aria-disabled");
  form.dispatchEvent(new Event("input"));
}

function begin() {
  const there = document.querySelector(".take")?.closest("form");
  if (there && there === form) return again();
  form = there;
  sent = false;
  if (form) take();
  else document.querySelector("main[data-page=desk-result] [autofocus]")?.focus();
}

// What is under way is said on the button, which stays where it is, so that it can still be read aloud.
function busy() {
  sent = true;
  const button = form?.querySelector("#take");
  if (!button) return;
  button.setAttribute("aria-disabled", "true");
  if (button.dataset.busy) button.textContent = button.dataset.busy;
}

// Brand, count and last four of a number that is masked.
const begins = [[/^4/, "vi"], [/^(5[1-5]|2[2-7])/, "mc"], [/^3[47]/, "ax"], [/^(6011|64[4-9]|65)/, "ds"]];
function feedback(input) {
  const told = form.querySelector(`[data-feedback="${input.name}"]`);
  if (!told) return;
  const digits = input.value.replace(/\D/g, "");
  const brand = digits && told.dataset[begins.find(([first]) => first.test(digits))?.[1]];
  const last = document.activeElement !== input && digits.length > 12 ? " ···· " + digits.slice(-4) : "";
  told.textContent = digits ? [brand, digits.length].filter(Boolean).join(" · ") + last : "";
}

// Answers whether there was anything.
function wipe() {
  clearTimeout(timer);
  let some = false;
  for (const input of secrets) {
    some ||= input.value !== "";
    input.value = "";
    feedback(input);
  }
  return some;
}

// Letters are no part of an amount, so a letter in one chooses the method, and so it does where nothing is typed
// (desk.js).
let pressed = false; // such a letter, which must not get into the field that it leads to
addEventListener("keypress", (event) => {
  if (pressed) event.preventDefault();
  pressed = false;
});
addEventListener("keyup", () => (pressed = false));
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || !event.target.matches(choosing)) return;
  if (choose(event.key)) event.preventDefault();
});
addEventListener("paypane-key", (event) => choose(event.detail));

// Answers whether the letter is one of a method.
function choose(letter) {
  const radio = !sent && [...(form?.querySelectorAll("input[name=method]") ?? [])].find((one) => one.closest(".option").querySelector("kbd").textContent.toLowerCase() === letter.toLowerCase());
  if (!radio) return false;
  pressed = true;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  const first = radio.closest(".choice").querySelector(".below .input,.below .option>input");
  (first ?? radio).focus();
  first?.select?.();
  return true;
}

function take() {
  const named = (name) => form.elements.namedItem(name);
  const money = (cents) => "$" + (cents / 100).toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ",");
  // Cents of what was typed, 0 where that is no amount: the server says what is wrong with it.
  const cents = (input) => {
    const typed = input?.value.trim().replace(/^\$/, "").replace(/,(?=\d{3}\b)/g, "") ?? "";
    return /^\d{1,7}(\.\d{0,2})?$|^\.\d{1,2}$/.test(typed) ? Math.round(Number(typed) * 100) : 0;
  };
  const amounts = [...form.querySelectorAll(".take-what .w-amount")].filter((i) => i.name !== "bills");
  const bills = named("bills");
  const part = named("part");
  const button = form.querySelector("#take");
  const say = button.dataset.say;
  const plain = button.textContent;
  const method = () => form.querySelector("input[name=method]:checked")?.value;

  function total() {
    const all = amounts.reduce((sum, input) => sum + cents(input), 0);
    const some = cents(part);
    return some && some < all ? some : all;
  }
  function show() {
    const sum = total();
    const all = form.querySelector("[data-total]");
    all.hidden = !sum;
    all.querySelector("output").textContent = money(sum);
    // What is still to be divided has no amount that is sure.
    if (!sent) button.textContent = sum && !cents(bills) ? say.replace("{total}", money(sum)) : plain;
    const change = form.querySelector("[data-change]");
    const given = cents(named("given"));
    if (change) {
      change.hidden = !given || given < sum || !sum;
      change.querySelector("output").textContent = money(Math.max(0, given - sum));
    }
  }

  for (const notes of form.querySelectorAll(".notes")) {
    let counted = 0; // by buttons: whoever types begins anew
    notes.hidden = false;
    notes.addEventListener("click", (event) => {
      const pressed = event.target.closest("button");
      if (!pressed) return;
      counted = "exact" in pressed.dataset ? total() : counted + Math.round(Number(pressed.dataset.note) * 100);
      named("given").value = (counted / 100).toFixed(2);
      if ("exact" in pressed.dataset) counted = 0;
      show();
    });
    named("given").addEventListener("input", () => (counted = 0));
  }

  for (const hint of form.querySelectorAll(".key")) hint.hidden = false; // without this script no letter does anything

  secrets = ["number", "code", "phone-number", "phone-code"].map(named).filter(Boolean);
  const wiped = form.querySelector("[data-wiped]");
  for (const input of secrets) {
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => wipe() && (wiped.textContent = wiped.dataset.wiped), idle);
      wiped.textContent = "";
      feedback(input);
    });
    input.addEventListener("blur", () => feedback(input));
  }
  // Another way to pay needs nothing of a card.
  form.addEventListener("change", (event) => {
    if (event.target.name !== "method") return;
    for (const input of secrets) {
      if (input.name.startsWith("phone-") ? method() !== "phone" : method() !== "card") input.value = "";
    }
    show();
  });
  form.addEventListener("input", show);
  // Pressed once is enough: the server does it once all the same.
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    else busy();
  });
  show();
  if (!document.activeElement || document.activeElement === document.body) {
    const summary = document.getElementById("summary");
    if (summary && !summary.hidden) summary.focus();
    else {
      const first = form.querySelector("[autofocus]");
      first?.focus();
      first?.select?.();
    }
  } else if (document.activeElement.matches(".w-amount")) document.activeElement.select();
}
