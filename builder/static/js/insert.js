// A button with data-insert writes its words at the cursor of the field it names; of a function, the cursor then stands
// between its brackets.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-insert]");
  const field = button && document.getElementById(button.dataset.into);
  if (!field) return;
  event.preventDefault();
  event.stopPropagation();
  const words = button.dataset.insert;
  const { selectionStart: start, selectionEnd: end, value } = field;
  const blank = start > 0 && !/[\s([{,;]$/.test(value.slice(0, start)) ? " " : "";
  const closes = words.endsWith("(") ? ")" : "";
  field.setRangeText(blank + words + closes, start, end, "end");
  field.focus();
  if (closes) field.setSelectionRange(field.selectionEnd - 1, field.selectionEnd - 1);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}, true);

// What was folded open or shut beside it stays so when the answer is drawn anew.
let folds = [];

document.addEventListener("htmx:before:swap", () => {
  folds = [...document.querySelectorAll("details[data-stay]")].map((one) => [one.id, one.open]);
});
document.addEventListener("htmx:after:swap", () => {
  for (const [id, open] of folds) document.getElementById(id)?.toggleAttribute("open", open);
});
