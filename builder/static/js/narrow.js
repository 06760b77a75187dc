// An input marked data-narrow="<id>" hides those entries of that list in which its words do not stand.
document.addEventListener("input", (event) => narrow(event.target));
document.addEventListener("htmx:after:swap", () => document.querySelectorAll("[data-narrow]").forEach(narrow));

function narrow(input) {
  const list = input.dataset?.narrow && document.getElementById(input.dataset.narrow);
  if (!list) return;
  const words = input.value.trim().toLowerCase();
  for (const entry of list.children) entry.hidden = !entry.textContent.toLowerCase().includes(words);
}
