// Shows developers what <pay-pane> tells its page. A real portal would thank, refresh its balances, move focus.
const log = document.querySelector("#log");
const start = performance.now();

for (const name of ["pp:ready", "pp:step", "pp:resize", "pp:focusout", "pp:submitting", "pp:outcome", "pp:session", "pp:changed", "pp:kept", "pp:error"]) {
  document.addEventListener(name, (event) => {
    const line = document.createElement("li");
    const seconds = ((performance.now() - start) / 1000).toFixed(2);
    line.textContent = `${seconds} s  ${name}  ${JSON.stringify(event.detail)}`;
    log.append(line);
  });
}
