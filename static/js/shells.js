// Keeps the empty forms of the person who is signed in, with the files they need, so that they open without network.
// Nothing else is ever kept: no list, no activity, no number (docs/adr/0018).
"use strict";

const Shells = (() => {
  const FRESH = 60 * 60 * 1000; // milliseconds
  const LIST = "/logga/skal/";

  async function drop(except) {
    for (const name of await caches.keys()) if (name !== except) await caches.delete(name);
  }

  // The static files that a page loads.
  function files(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const named = [...page.querySelectorAll("link[href]:not([rel=manifest]), script[src], use[href]")];
    const addresses = named.map((one) => new URL(one.getAttribute("href") ?? one.getAttribute("src"), location.href));
    return addresses.filter((one) => one.origin === location.origin).map((one) => one.pathname);
  }

  async function fetched(address) {
    const answer = await fetch(address, { redirect: "manual" });
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    return answer;
  }

  async function fill(cache) {
    const { pages } = await (await fetched(LIST)).json();
    const needed = new Set();
    for (const page of pages) {
      const answer = await fetched(page.shell);
      for (const file of files(await answer.clone().text())) needed.add(file);
      await cache.put(page.at, answer);
    }
    for (const file of needed) await cache.put(file, await fetched(file));
  }

  // All anew, and only when all are there the old ones go.
  async function refresh(user) {
    const name = `forms-${Date.now()}`;
    try {
      await fill(await caches.open(name));
      await Kept.setNote("shells", { user, at: Date.now() });
      await drop(name);
    } catch {
      await caches.delete(name); // the network went, or the session: the old ones stay
    }
  }

  // What is kept for whoever is signed in now; what was kept for somebody else goes at once.
  async function keep(user) {
    const have = await Kept.note("shells");
    if (have && have.user !== user) await drop();
    const age = Date.now() - (have?.at ?? 0);
    if (have?.user === user && age >= 0 && age < FRESH) return;
    await navigator.locks.request("medborgarlofte-shells", { ifAvailable: true }, (lock) => lock && refresh(user));
  }

  return { keep, drop };
})();
