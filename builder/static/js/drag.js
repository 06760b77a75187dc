// Lists marked data-drag (lists of one name exchange their entries) can be sorted with the pointer. A drop presses the
// hidden button [data-drop] with what it means: the same that the buttons of the page say.
const HANDLES = [
  [".design-items", ".design-item > .design-item-head > [data-drag-grip]"],
  ["ol", ".canvas-block > .canvas-head > [data-drag-grip]"],
  ["*", ".canvas-piece > .canvas-head, .canvas-name"],
];
let isDropped = false;

document.addEventListener("htmx:after:swap", all);
document.addEventListener("click", (event) => {
  if (!isDropped) return;
  event.preventDefault();
  event.stopPropagation();
}, true);
all();

function all() {
  for (const list of document.querySelectorAll("[data-drag]")) {
    if (Sortable.get(list)) continue;
    new Sortable(list, {
      group: list.dataset.drag,
      handle: HANDLES.find(([lists]) => list.matches(lists))[1],
      filter: ".canvas-more",
      preventOnFilter: false,
      forceFallback: true,
      fallbackTolerance: 5,
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
      ghostClass: "is-dragged",
      sort: !list.matches("[data-drag-tray]"),
      onEnd: dropped,
    });
  }
}

function dropped({ item, from, to, oldDraggableIndex, newDraggableIndex }) {
  isDropped = true;
  setTimeout(() => (isDropped = false));
  if (from === to && oldDraggableIndex === newDraggableIndex) return;
  const place = item.dataset.place;
  const goal = `${to.dataset.dragList}/${newDraggableIndex}`;
  if (to.matches("[data-drag-tray]")) return place && press(to, `remove:${place}`);
  press(to, place ? `move:${place}:${goal}` : `insert:${goal}:${item.dataset.name}`);
}

function press(list, what) {
  const button = list.closest("form").querySelector("[data-drop]");
  button.value = what;
  setTimeout(() => button.click());
}
