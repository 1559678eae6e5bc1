// News without reloading: counts what came in, offers it with one button, and swaps the list.
// Nothing moves by itself under a reader's eyes or fingers.

const box = document.querySelector("[data-live]");
const badge = document.querySelector("[data-notices]");

function count(element, number) {
  element.textContent = number > 99 ? "99+" : String(number);
  element.hidden = number === 0;
}

async function fresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.querySelector("[data-live-list]");
  const here = document.querySelector("[data-live-list]");
  if (!found || !here) throw new Error("no list");
  here.replaceWith(document.importNode(found, true));
}

function listen() {
  const source = new EventSource("/live");
  const button = box?.querySelector("button");
  const status = box?.querySelector("[role=status]");
  const wanted = box?.dataset.live ?? "";
  let waiting = 0;
  const came = () => {
    waiting += 1;
    if (!box) return;
    box.hidden = false;
    count(box.querySelector("[data-count]"), waiting);
    status.textContent = status.dataset.words;
  };
  source.addEventListener("update", () => wanted === "update" && came());
  source.addEventListener("notice", () => {
    if (wanted === "notice") came();
    if (badge) count(badge, Number(badge.dataset.notices) + 1);
    if (badge) badge.dataset.notices = String(Number(badge.dataset.notices) + 1);
  });
  button?.addEventListener("click", async () => {
    try {
      await fresh();
    } catch {
      location.reload();
      return;
    }
    waiting = 0;
    box.hidden = true;
    status.textContent = "";
    document.querySelector("[data-live-list]")?.querySelector("a")?.focus();
  });
}

if (window.EventSource && (box || badge)) listen();
