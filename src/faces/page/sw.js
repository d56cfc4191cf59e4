/**
 * Keeps the shell of the page, nothing of what it shows: without the box the page still opens and says that the box
 * does not answer. Plain JavaScript: it is copied as it is, with the shell's hash in the place of SHELL_HASH.
 */
const CACHE = 'shell-SHELL_HASH';
const SHELL = ['./', 'app.js', 'app.css', 'icon.svg', 'manifest.webmanifest'];

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(SHELL)));
  self.skipWaiting();
});

self.addEventListener('activate', (event) => {
  const forgetOthers = async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  };
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url);
  const ofShell = SHELL.some((path) => pathname === new URL(path, self.registration.scope).pathname);
  if (event.request.method !== 'GET' || !ofShell) return;
  // The box first: after an update it is another page.
  event.respondWith(fetch(event.request).catch(async () => (await caches.match(event.request)) ?? Response.error()));
});
