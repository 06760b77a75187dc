// Ctrl K or ⌘ K opens the palette over any page: arrows choose, Enter goes there, Esc closes, the focus goes back to
// where it was. The list comes from the server; the focus stays in the box (a combobox), the chosen line is announced.
const palette = document.getElementById("palette");
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

if (isMac) for (const key of document.querySelectorAll("[data-mac]")) key.textContent = key.dataset.mac;

if (palette) {
  const box = palette.querySelector("[role=combobox]");
  const said = document.getElementById("palette-said");
  let isWaiting = false; // Enter came before the answer to what was typed

  const list = () => document.getElementById("palette-list");
  const lines = () => [...list().querySelectorAll("[role=option]")];
  const chosen = () => list().querySelector("[aria-selected=true]");

  function open() {
    if (palette.open) return box.select();
    if (document.querySelector("dialog[open]")) return;
    palette.showModal();
    box.select();
    box.dispatchEvent(new Event("palette-open"));
  }

  function choose(line) {
    chosen()?.setAttribute("aria-selected", "false");
    line?.setAttribute("aria-selected", "true");
    line?.scrollIntoView({ block: "nearest" });
    if (line?.id) box.setAttribute("aria-activedescendant", line.id);
    else box.removeAttribute("aria-activedescendant");
  }

  function move(step) {
    const all = lines();
    const at = all.indexOf(chosen());
    choose(all[(at + step + all.length) % all.length]);
  }

  function go() {
    isWaiting = list().dataset.text !== box.value.trim().split(/\s+/).join(" ");
    const line = chosen();
    if (isWaiting || !line) return;
    if (line.getAttribute("aria-disabled") === "true") said.textContent = line.textContent;
    else line.click();
  }

  document.addEventListener("keydown", (event) => {
    const isAsked = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (!isAsked) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-palette]");
    if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      open();
    }
    if (event.target === palette || event.target.closest?.("[data-close]")?.closest("dialog") === palette) palette.close();
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) move(steps[event.key]);
    else if (event.key === "Enter") go();
    else return;
    event.preventDefault();
  });
  box.form.addEventListener("submit", (event) => event.preventDefault());
  palette.addEventListener("click", (event) => {
    if (event.target.closest?.("a[role=option][href]")) palette.close(); // an address of this very page loads nothing
  });
  document.addEventListener("htmx:after:swap", () => {
    if (!palette.open || list().dataset.said === undefined) return;
    choose(lines()[0]);
    said.textContent = list().dataset.said;
    delete list().dataset.said;
    if (isWaiting) go();
  });
}
