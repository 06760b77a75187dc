// After a swap: say what happened (data-status), and put the focus where the answer asks for it (data-focus).
document.addEventListener("htmx:after:swap", () => {
  const said = document.querySelector("[data-status]");
  const region = document.getElementById("status");
  if (said && region) {
    region.textContent = said.dataset.status;
    said.removeAttribute("data-status");
  }
  focus();
});
document.addEventListener("DOMContentLoaded", focus);

function focus() {
  const place = document.querySelector("[data-focus]");
  if (!place) return;
  place.removeAttribute("data-focus");
  if (!place.matches("a, button, input, select, textarea, summary")) place.tabIndex = -1;
  place.focus();
}
