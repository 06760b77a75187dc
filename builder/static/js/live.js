// A part of a form marked data-live asks the server again when something in it changes; typing waits for a pause.
// A button pressed meanwhile sends what was typed itself.
let waiting;

document.addEventListener("input", (event) => {
  const part = event.target.closest?.("[data-live]");
  if (!part || event.target.name.endsWith("__search")) return;
  const pause = event.target.matches("select, [type=checkbox]") ? 150 : 600;
  clearTimeout(waiting);
  waiting = setTimeout(() => part.dispatchEvent(new Event("refresh")), pause);
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.("button")) clearTimeout(waiting);
});
