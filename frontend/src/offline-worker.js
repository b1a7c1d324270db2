// Keeps one person's day readable when the network is down: their page and its list of tables, nothing of anybody else, and
// nothing once the session or the private link is over. It is started from /evenements/ and sees no other page.
const DAYS = "my-day:";
const ASSETS = "my-day-assets";
const SLOW = 4000; // milliseconds that a page kept is waited for on a bad network
let closings = 0; // a page asked for before a closing is not kept after it

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  event.waitUntil(Promise.all(event.data.map((path) => refresh(new Request(path)).catch(() => {}))));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === "POST" && /\/moi\/(fermer|inscription\/.*acte)\/$/.test(pathname)) event.waitUntil(close());
  if (request.method !== "GET") return;
  if (/\/moi\/(tables\/)?$/.test(pathname)) event.respondWith(day(event));
  else if (pathname.startsWith("/static/")) event.respondWith(fetch(request).catch(() => asset(request)));
});

// The page from the network; the one kept, which says so, when the network or the server fails or is too slow.
async function day(event) {
  const fresh = refresh(event.request);
  const kept = await caches.match(event.request, { ignoreVary: true });
  if (!kept) return fresh;
  event.waitUntil(fresh.catch(() => {}));
  const late = new Promise((_, fail) => setTimeout(fail, SLOW));
  return Promise.race([fresh, late]).then((answer) => (answer.status < 500 ? answer : said(kept))).catch(() => said(kept));
}

async function refresh(request) {
  const before = closings;
  const answer = await fetch(request);
  if (answer.status < 500 && before === closings) await keep(request, answer.clone());
  return answer;
}

// A page with an owner is kept for them alone; a page without one says that nobody is at home here any more.
async function keep(request, answer) {
  const slug = new URL(request.url).pathname.split("/").at(request.url.endsWith("/tables/") ? -4 : -3);
  const [holder, person] = (answer.headers.get("X-Kept-For") ?? "").split(".");
  if (!answer.ok || !person) return forget((name) => name.split(":")[2] === slug);
  const mine = `${DAYS}${holder}:${slug}:${person}`;
  await forget((name) => name !== mine && (name.split(":")[1] !== holder || name.split(":")[2] === slug));
  await (await caches.open(mine)).put(request, answer.clone());
  const paths = [...(await answer.text()).matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map(([, path]) => path);
  const assets = await caches.open(ASSETS);
  await Promise.all(paths.map(async (path) => (await assets.match(path)) || assets.add(path).catch(() => {})));
}

function close() {
  closings += 1;
  return forget(() => true);
}

async function forget(which) {
  const names = (await caches.keys()).filter((name) => name.startsWith(DAYS) && which(name));
  await Promise.all(names.map((name) => caches.delete(name)));
}

async function asset(request) {
  return (await (await caches.open(ASSETS)).match(request.url)) ?? Response.error();
}

// The same page, marked: the style then shows the words « hors connexion » that it holds.
async function said(kept) {
  const headers = new Headers(kept.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  return new Response((await kept.text()).replace("<html ", "<html data-offline "), { status: 200, headers });
}
