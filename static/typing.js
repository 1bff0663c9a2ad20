// Gaps in a card number and the slash in an expiry date, while somebody types at their end. The program does the same
// with the number: the second finds nothing to do. The caret never moves.
addEventListener("input", (e) => {
  const input = e.target;
  const typed = input.value;
  if (e.inputType !== "insertText" || e.isComposing || input.selectionStart !== typed.length) return;
  let better = typed;
  if (input.name === "number" && /^[\d ]+$/.test(typed)) {
    const digits = typed.replaceAll(" ", "");
    const gaps = /^3[47]/.test(digits) ? /^(.{4})(.{1,6})(.*)/ : /^(.{4})(.{1,4})(.{0,4})(.{0,4})(.*)/;
    if (digits.length < 20) better = digits.replace(gaps, (_, ...parts) => parts.slice(0, -2).filter(Boolean).join(" "));
  } else if (input.name === "expiry") {
    better = typed.replace(/^(0[1-9]|1[0-2])\/?(\d?)$/, "$1/$2").replace(/\/[\s/.-]$/, "/");
  }
  if (better !== typed && (better.length > typed.length || input.name === "expiry")) input.value = better;
});
