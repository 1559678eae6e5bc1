// The service worker: files of the program at once, pages from the net, opened posts offline.
// Only pages that say so (X-Keep-Offline) are kept; at most fifty, newest first.

const FILES = [/*FILES*/];
const PROGRAM = "program-1";
const PAGES = "pages-1";
const MOST = 50;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(PROGRAM)
      .then((cache) => cache.addAll([...FILES, "/offline"]))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  const forget = caches
    .keys()
    .then((names) => names.filter((name) => ![PROGRAM, PAGES].includes(name)))
    .then((old) => Promise.all(old.map((name) => caches.delete(name))));
  event.waitUntil(forget.then(() => self.clients.claim()));
});

async function keep(request, response) {
  if (!response.ok || response.headers.get("X-Keep-Offline") !== "yes") return;
  const cache = await caches.open(PAGES);
  await cache.delete(request);
  await cache.put(request, response);
  const kept = await cache.keys();
  await Promise.all(kept.slice(0, Math.max(0, kept.length - MOST)).map((one) => cache.delete(one)));
}

async function pageOf(request) {
  try {
    const response = await fetch(request);
    await keep(request, response.clone());
    return response;
  } catch {
    const kept = await caches.match(request, { ignoreVary: true });
    return kept ?? (await caches.match("/offline", { ignoreVary: true })) ?? Response.error();
  }
}

async function fileOf(request) {
  return (await caches.match(request)) ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(pageOf(request));
  else if (address.pathname.startsWith("/static/")) event.respondWith(fileOf(request));
});

self.addEventListener("push", (event) => {
  const said = event.data?.json() ?? {};
  event.waitUntil(
    self.registration.showNotification(said.title ?? "", {
      body: said.body ?? "",
      icon: said.icon ?? "/static/web/mark.png",
      lang: said.preferred_locale,
      data: { path: said.path ?? "/notifications" },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.path));
});
