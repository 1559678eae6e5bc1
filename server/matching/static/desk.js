/* Single keys on the lists of the desk: j and k go to the next and the former entry. They count only
   while the focus is inside such a list (WCAG 2.1.4), and never while somebody types. */
const TYPING = "input:not([type=checkbox]), select, textarea";

for (const list of document.querySelectorAll("[data-keys]")) {
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
    const way = { j: 1, k: -1 }[event.key];
    if (!way) return;
    const stops = [...list.querySelectorAll("[data-stop]")];
    const here = stops.findIndex((one) => one.closest("li").contains(event.target));
    const next = stops[Math.min(stops.length - 1, Math.max(0, here + way))];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });
}
