// Around a swap: say what happened (data-status), put the focus where the answer asks for it (data-focus), else keep
// it: on what has the same id or the same words, else on the piece of the page that was exchanged.
let held = null;

document.addEventListener("htmx:before:swap", () => {
  const place = document.activeElement;
  if (!place || place === document.body) return (held = null);
  const around = [];
  for (let one = place.parentElement; one; one = one.parentElement) if (one.id) around.push(one.id);
  held = { id: place.id, words: place.textContent.trim(), around };
});

document.addEventListener("htmx:after:swap", () => {
  const said = document.querySelector("[data-status]");
  const region = document.getElementById("status");
  if (said && region) {
    region.textContent = said.dataset.status;
    said.removeAttribute("data-status");
  }
  focus();
  if (document.activeElement === document.body) keep();
});
document.addEventListener("DOMContentLoaded", focus);

function focus() {
  const place = document.querySelector("[data-focus]");
  if (!place) return;
  place.removeAttribute("data-focus");
  settle(place);
  place.focus();
}

function keep() {
  const root = held?.around.map((id) => document.getElementById(id)).find(Boolean);
  if (!root) return;
  const same = [...root.querySelectorAll("a[href], button")].find((one) => held.words && one.textContent.trim() === held.words);
  const place = (held.id && document.getElementById(held.id)) || same || root;
  settle(place);
  place.focus({ preventScroll: true });
}

function settle(place) {
  if (!place.matches("a, button, input, select, textarea, summary")) place.tabIndex = -1;
}
