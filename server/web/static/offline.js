// Registers the service worker, and lists on the offline page what can be read without a net.

const shared = document.documentElement.dataset.shared === "yes";

if ("serviceWorker" in navigator && !shared) {
  navigator.serviceWorker.register("/worker.js").catch(() => {});
}

const list = document.querySelector("[data-kept-pages]");
if (list && "caches" in window) {
  const cache = await caches.open("pages-1");
  const kept = (await cache.keys()).reverse();
  for (const request of kept) {
    const text = await (await cache.match(request)).text();
    const title = new DOMParser().parseFromString(text, "text/html").title;
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = request.url;
    link.textContent = title;
    item.append(link);
    list.append(item);
  }
  document.querySelector("[data-nothing-kept]").hidden = kept.length > 0;
}
