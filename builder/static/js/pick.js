// Enter in the search of a picker goes to what was found; it does not send the form around it.
document.addEventListener("keydown", (event) => {
  const search = event.target.closest?.("input[type=search][aria-controls]");
  if (!search || event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing) return;
  event.preventDefault();
  document.getElementById(search.getAttribute("aria-controls"))?.focus();
});
