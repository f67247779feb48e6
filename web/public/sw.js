/**
 * Lets the page open where Sunledger cannot be reached, so that it says so itself. Only the page and the files
 * that were built with it are kept, never what the API says. The build puts in which files these are; another
 * build is another worker, which takes over at once and keeps its own files only.
 */

const BUILD = "development";
const FILES = [];

const KEPT = `sunledger-${BUILD}`;
/** Whoever asks for a file gets the same. */
const WHERE = { cacheName: KEPT, ignoreVary: true };
const PAGE = "/";
const SCREENS = /^\/((roof|history|devices|storage|settings|more|login|setup)(\/.*)?)?$/;
/** Milliseconds until the kept page is shown to somebody who is not in the network of Sunledger. */
const PATIENCE = 4000;
/** What a proxy says in place of a Sunledger that is away. */
const AWAY = [502, 503, 504];

self.addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && SCREENS.test(url.pathname)) event.respondWith(page(request));
  else if (FILES.includes(url.pathname)) event.respondWith(file(request));
});

async function keep() {
  const cache = await caches.open(KEPT);
  await cache.addAll([new Request(PAGE, { cache: "no-cache" }), ...FILES]);
}

async function forgetOthers() {
  const names = await caches.keys();
  const others = names.filter((name) => name.startsWith("sunledger-") && name !== KEPT);
  await Promise.all(others.map((name) => caches.delete(name)));
}

/** The page as Sunledger has it now; the kept one where that does not come. */
async function page(request) {
  const kept = await caches.match(PAGE, WHERE);
  if (kept === undefined) return fetch(request);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    return AWAY.includes(answer.status) ? kept : answer;
  } catch {
    return kept;
  }
}

/** A file of this build: its name changes with what is in it. */
async function file(request) {
  return (await caches.match(request, WHERE)) ?? fetch(request);
}
