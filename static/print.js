// Prints the receipt that was opened to be printed, once its fonts are there. The browser shows its own dialog, or
// prints at once where the practice has told it to.
await document.fonts.ready;
if (document.readyState !== "complete") await new Promise((done) => addEventListener("load", done, { once: true }));
addEventListener("afterprint", () => document.getElementById("back")?.focus());
print();
