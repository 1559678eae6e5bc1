// Lets somebody look closer at a map and move it. Without this the whole map stands still and every
// place is in the list beside it.
const map = document.querySelector("[data-map]");
const buttons = document.querySelector("[data-map-buttons]");
if (map && buttons) {
  const whole = map.viewBox.baseVal;
  const most = { width: whole.width, height: whole.height };
  let view = { x: 0, y: 0, width: most.width, height: most.height };

  const within = (value, least, greatest) => Math.min(Math.max(value, least), greatest);

  function show(next) {
    const width = within(next.width, most.width / 8, most.width);
    const height = (width * most.height) / most.width;
    view = {
      width,
      height,
      x: within(next.x, 0, most.width - width),
      y: within(next.y, 0, most.height - height),
    };
    map.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
    // Pins keep their size on the screen, however close one looks.
    const scale = view.width / most.width;
    for (const circle of map.querySelectorAll("circle")) circle.setAttribute("r", 17 * scale);
    for (const text of map.querySelectorAll("a text")) {
      text.setAttribute("font-size", `${17 * scale}`);
      text.setAttribute("dy", `${6 * scale}`);
    }
  }

  function zoom(factor) {
    const width = view.width * factor;
    const height = view.height * factor;
    show({ width, x: view.x + (view.width - width) / 2, y: view.y + (view.height - height) / 2 });
  }

  buttons.hidden = false;
  buttons.addEventListener("click", (event) => {
    const wish = event.target.closest("[data-map-do]")?.dataset.mapDo;
    if (wish) zoom(wish === "in" ? 0.5 : 2);
  });

  let from = null;
  map.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && !event.target.closest("a")) {
      from = { x: event.clientX, y: event.clientY, view };
      map.setPointerCapture(event.pointerId);
    }
  });
  map.addEventListener("pointermove", (event) => {
    if (!from) return;
    const scale = view.width / map.clientWidth;
    show({
      ...from.view,
      x: from.view.x - (event.clientX - from.x) * scale,
      y: from.view.y - (event.clientY - from.y) * scale,
    });
  });
  for (const end of ["pointerup", "pointercancel"]) map.addEventListener(end, () => { from = null; });
  map.addEventListener("keydown", (event) => {
    const step = view.width / 8;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const move = moves[event.key];
    if (!move || view.width === most.width) return;
    event.preventDefault();
    show({ ...view, x: view.x + move[0], y: view.y + move[1] });
  });
}
