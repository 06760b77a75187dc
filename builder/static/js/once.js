// A form marked data-once is sent once: further submits wait until the answer is there.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
  const again = () => {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  };
  form.addEventListener("htmx:finally:request", again, { once: true });
  window.addEventListener("pageshow", again, { once: true });
}, true);
