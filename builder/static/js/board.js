// A board (data-board="where SortableJS is"): dragging a card into another lane says what the card's own buttons say.
let loaded;
let back = () => {};

document.addEventListener("DOMContentLoaded", ready);
document.addEventListener("htmx:after:swap", ready);
document.addEventListener("htmx:error", () => back());

function ready() {
  for (const board of document.querySelectorAll("[data-board]:not([data-ready])")) {
    board.dataset.ready = "";
    load(board.dataset.board).then(() => {
      board.querySelectorAll("[data-lane]").forEach(arm);
      board.dataset.ready = "yes";
    });
  }
}

function load(address) {
  loaded ??= new Promise((done) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", done);
    document.head.append(script);
  });
  return loaded;
}

function arm(lane) {
  window.Sortable.create(lane, {
    group: "cards",
    draggable: "[data-card]",
    filter: "button, summary, .menu",
    preventOnFilter: false,
    sort: false,
    delay: 250,
    delayOnTouchOnly: true,
    onEnd: dropped,
  });
}

function dropped({ item, from, to, oldIndex }) {
  // What the drag left behind would come along in the swap as a style attribute, which the site's policy refuses.
  document.querySelectorAll("[data-board] [style]").forEach((one) => one.removeAttribute("style"));
  if (from === to) return;
  const form = document.getElementById("acts");
  back = () => from.insertBefore(item, from.children[oldIndex] ?? null);
  if (!form || form.dataset.sent) return back(); // the last move is still on its way
  const button = document.createElement("button");
  button.name = "do";
  button.value = `${item.dataset.card}.${to.dataset.lane}`;
  form.append(button);
  form.requestSubmit(button);
}
