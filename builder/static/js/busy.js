// What takes longer than a moment is shown and said, and so is an answer that never came (<template id="lost">).
const page = document.documentElement;
let soon;

document.addEventListener("htmx:before:request", begin);
document.addEventListener("htmx:finally:request", end);
document.addEventListener("htmx:after:swap", () => document.querySelector("#flashes .is-lost")?.remove());
document.addEventListener("htmx:error", () => {
  const words = document.getElementById("lost")?.content.firstElementChild?.cloneNode(true);
  if (!words) return;
  words.classList.add("is-lost");
  document.getElementById("flashes")?.replaceChildren(words);
  words.scrollIntoView({ block: "nearest" });
});
document.addEventListener("submit", (event) => setTimeout(() => event.defaultPrevented || begin()));
window.addEventListener("pageshow", end);

function begin() {
  clearTimeout(soon);
  soon = setTimeout(() => {
    const region = document.getElementById("status");
    page.classList.add("is-busy");
    if (region) region.textContent = region.dataset.busy;
  }, 500);
}

function end() {
  clearTimeout(soon);
  page.classList.remove("is-busy");
}
