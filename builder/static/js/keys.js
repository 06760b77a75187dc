// data-key="/" on an input or link: that key, pressed outside of a field, goes there, unless
// the reader has switched such keys off. Ctrl+Enter sends the form.
document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("input, select, textarea, [contenteditable]");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && field?.form) {
    event.preventDefault();
    field.form.requestSubmit();
  }
  if (field || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.body.dataset.keys === "off" || document.querySelector("dialog[open]")) return; // see the account page
  const place = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!place) return;
  event.preventDefault();
  if (place.matches("input")) place.focus();
  else place.click();
});
