{% load static %}// Opens the forms that are kept on the phone when the network does not answer, and sends what waits when it is back.
// Keeps nothing itself: static/js/shells.js does that, from a page of whoever is signed in (docs/adr/0018).
"use strict";

importScripts("{% static 'js/kept.js' %}", "{% static 'js/sending.js' %}");

const QUEUE_PAGE = "{% url 'device:queue' %}";
const STATIC = "{% get_static_prefix %}";
const PATIENCE = 4_000; // milliseconds until a form that is kept is shown in place of one that does not come
const SITE_DOWN = [502, 503, 504];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, url));
  else if (request.method === "GET" && url.pathname.startsWith(STATIC)) event.respondWith(file(request));
});

self.addEventListener("sync", (event) => {
  event.waitUntil(
    Sending.all().then((outcome) => {
      if (["offline", "down"].includes(outcome)) throw new Error(outcome); // the browser tries again later
    }),
  );
});

function kept(address) {
  return caches.match(address, { ignoreVary: true });
}

// The form of a commitment; that of a class meeting by its school and läsår. Whatever else the address says is left out.
function shell(url) {
  const asked = ["skola", "lasar"].filter((name) => url.searchParams.get(name));
  const query = new URLSearchParams(asked.map((name) => [name, url.searchParams.get(name)]));
  return kept(asked.length ? `${url.pathname}?${query}` : url.pathname);
}

function inTime(answer, patience) {
  return Promise.race([answer, new Promise((_, reject) => setTimeout(reject, patience, new Error("too slow")))]);
}

async function page(request, url) {
  const form = request.method === "GET" ? await shell(url) : undefined;
  try {
    const answer = fetch(request);
    if (!form) return await answer;
    const fresh = await inTime(answer, PATIENCE);
    return SITE_DOWN.includes(fresh.status) ? form : fresh;
  } catch {
    return form ?? (await kept(QUEUE_PAGE)) ?? Response.error();
  }
}

async function file(request) {
  try {
    return await fetch(request);
  } catch {
    return (await kept(new URL(request.url).pathname)) ?? Response.error();
  }
}
