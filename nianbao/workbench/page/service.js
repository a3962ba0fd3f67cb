// Keeps the page for use without a network, and lets nothing through to anywhere else.
const STORE = "nianbao-workbench-VERSION_OF_THE_PAGE";
const SHELL = ["./", "parts.json", "nianbao.css", "workbench.css", "theme.js", "workbench.js", "worker.mjs", "icon.svg"];

self.addEventListener("install", event => {
  self.skipWaiting();
  event.waitUntil(caches.open(STORE).then(store => store.addAll(SHELL.map(name => new Request(name, { cache: "reload" })))));
});

self.addEventListener("activate", event => {
  const forget = names => names.filter(name => name.startsWith("nianbao-workbench-") && name !== STORE).map(name => caches.delete(name));
  event.waitUntil(caches.keys().then(names => Promise.all(forget(names))).then(() => self.clients.claim()));
});

self.addEventListener("fetch", event => {
  const address = new URL(event.request.url);
  if (address.origin !== self.location.origin) return event.respondWith(Response.error());
  if (event.request.method !== "GET") return event.respondWith(Response.error());
  event.respondWith(answer(event.request));
});

async function answer(request) {
  const store = await caches.open(STORE);
  const known = await store.match(request, { ignoreSearch: true });
  if (known) return known;
  const got = await fetch(request);
  if (got.ok) await store.put(request, got.clone());
  return got;
}
