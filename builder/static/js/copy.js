// A button marked data-copy copies the input that it names; one marked data-print prints the page. Without a script
// they stay hidden: the text can be marked, and every browser prints.
for (const button of document.querySelectorAll("[data-copy], [data-print]")) button.hidden = false;

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy], [data-print]");
  if (!button) return;
  if ("print" in button.dataset) return window.print();
  const input = document.getElementById(button.dataset.copy);
  input.select();
  const isCopied = await navigator.clipboard?.writeText(input.value).then(() => true, () => false);
  if (!isCopied && !document.execCommand("copy")) return; // a page without https has no clipboard
  document.getElementById("status").textContent = button.dataset.copied;
  button.classList.add("is-done");
  setTimeout(() => button.classList.remove("is-done"), 1500);
});
