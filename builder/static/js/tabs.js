// Links to parts (data-tab-list in data-tabs) become tabs: one part is shown at a time. What has the focus, a mistake
// or the address opens its own. Without this, all parts stand below each other and the links lead to them.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='#']");
  const place = link && document.getElementById(link.getAttribute("href").slice(1));
  const panel = place?.closest(".tab-panel");
  if (!panel) return;
  open(panel.closest("[data-tabs]"), panel.id);
  if (link.matches("[role=tab]")) event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.("[role=tab]")) return;
  const tabs = shown(event.target.closest("[data-tabs]"));
  const at = tabs.indexOf(event.target);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const tab = tabs.at(to % tabs.length);
  tab.focus();
  tab.click();
});
document.addEventListener("htmx:after:swap", all);
const opened = new Map(); // by the id of what holds the tabs: which part is open
const known = new WeakSet(); // what holds tabs and was arranged before
all();

function all() {
  document.querySelectorAll("[data-tabs]").forEach(arrange);
}

function arrange(home) {
  home.querySelector("[data-tab-list]").setAttribute("role", "tablist");
  for (const link of home.querySelectorAll("[data-tab-list] a")) {
    link.setAttribute("role", "tab");
    link.parentElement.setAttribute("role", "presentation");
    link.setAttribute("aria-controls", panel(link).id);
    panel(link).setAttribute("role", "tabpanel");
    panel(link).setAttribute("aria-labelledby", link.id);
    panel(link).querySelector(".tab-title").hidden = true;
  }
  const links = shown(home);
  const holds = (place) => place && links.find((link) => panel(link).contains(place));
  const named = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const kept = links.find((link) => panel(link).id === opened.get(home.id));
  const first = known.has(home)
    ? kept
    : holds(home.querySelector("[data-focus]")) || holds(document.activeElement) || holds(home.querySelector("[aria-invalid=true]")) || kept || holds(named);
  known.add(home);
  if (links.length) open(home, panel(first || links[0]).id);
}

function open(home, id) {
  opened.set(home.id, id);
  for (const link of home.querySelectorAll("[role=tab]")) {
    const isOpen = panel(link).id === id;
    link.setAttribute("aria-selected", isOpen);
    link.tabIndex = isOpen ? 0 : -1;
    panel(link).hidden = !isOpen;
  }
}

function panel(link) {
  return document.getElementById(link.getAttribute("href").slice(1));
}

function shown(home) {
  return [...home.querySelectorAll("[data-tab-list] li:not([hidden]) a")];
}
