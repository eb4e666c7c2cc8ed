// Sends what is kept, for pages and the service worker. One at a time on the whole phone; the same entry twice is one
// row anyway, for its key goes with it. Whatever is not plainly "stored" or "refused" by the site itself leaves the
// entry waiting: a sign-in page, the page of a network in a train, silence.
"use strict";

const Sending = (() => {
  const STATE = "/logga/lage/";
  const PATIENCE = 20_000; // milliseconds
  const REFUSED = [400, 403, 404, 409, 413, 422, 423];
  const SITE_DOWN = [502, 503, 504];
  // What is sent needs no more than its line in the list: title, words, when it was saved, and where its row is.
  const NOTHING_MORE = { action: "", pairs: [], faults: [], message: "", why: "", status: 0 };
  let session = null; // {user, token}: who is signed in, as the site said last

  // Two tabs, or a tab and the service worker, never send at the same time.
  function alone(work) {
    return navigator.locks ? navigator.locks.request("medborgarlofte-send", work) : work();
  }

  async function json(answer) {
    try {
      return answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  // Whether somebody is signed in, and the token that goes with it: "here", "signed_out", "offline" or "down".
  async function sign(patience = PATIENCE) {
    try {
      const headers = { Accept: "application/json" };
      const signal = AbortSignal.timeout(patience);
      const answer = await fetch(STATE, { headers, cache: "no-store", redirect: "manual", signal });
      const told = await json(answer);
      session = answer.status === 200 && told?.token ? told : null;
      if (session) await Kept.setNote("clock_ahead", Date.now() - Date.parse(told.now));
      if (session) return "here";
      return answer.status === 401 && told ? "signed_out" : "down";
    } catch {
      session = null;
      return "offline";
    }
  }

  function form(entry) {
    const clock = { saved_at: new Date(entry.saved_at).toISOString(), sent_at: new Date().toISOString() };
    // Lines end as in a form that the browser sends: else the same note would be two
    const pairs = entry.pairs.map(([name, value]) => [name, value.replace(/\r?\n/g, "\r\n")]);
    return new URLSearchParams([...pairs, ["client_key", entry.key], ...Object.entries(clock)]);
  }

  async function post(entry, patience) {
    const headers = { Accept: "application/json", "X-CSRFToken": session.token, "X-Writer": entry.user };
    const signal = AbortSignal.timeout(patience);
    // redirect: a script that follows one to the sign-in page sees 200, and would think that the entry is stored
    const how = { method: "POST", redirect: "manual", credentials: "same-origin", cache: "no-store" };
    return fetch(entry.action, { ...how, headers, body: form(entry), signal });
  }

  async function attempt(entry, patience) {
    for (const last of [false, true]) {
      if (!session) {
        const signed = await sign(patience);
        if (signed !== "here") return signed;
      }
      if (session.user !== entry.user) return "other_user";
      let answer;
      try {
        answer = await post(entry, patience);
      } catch {
        return "offline";
      }
      const told = await json(answer);
      if ([200, 201].includes(answer.status) && told?.url) {
        await Kept.change(entry, { ...NOTHING_MORE, state: "sent", url: told.url, row: told.row, sent_at: Date.now() });
        return "sent";
      }
      if (answer.status === 401) {
        session = null;
        return told?.status === "other_user" ? "other_user" : "signed_out";
      }
      if (REFUSED.includes(answer.status) && (told || [400, 413].includes(answer.status))) {
        const { faults = [], message = "", url = "" } = told ?? {};
        await Kept.change(entry, { state: "refused", status: answer.status, faults, message, url });
        return "refused";
      }
      session = null; // 403 without JSON: the token is that of an earlier session. Once more with a new one.
      if (answer.status !== 403 || last) return SITE_DOWN.includes(answer.status) ? "down" : "failed";
    }
  }

  // Sends one entry: "sent", "refused", or why it waits ("offline", "down", "failed", "signed_out", "other_user").
  async function one(key, patience = PATIENCE) {
    return alone(async () => {
      const entry = await Kept.get(key);
      if (entry?.state !== "waiting") return entry?.state ?? "sent"; // another tab was here first
      const outcome = await attempt(entry, patience);
      if (!["sent", "refused"].includes(outcome)) await Kept.change(entry, { why: outcome });
      return outcome;
    });
  }

  // Sends all that waits. "done", or why it stopped: what is so for one of them is so for all.
  async function all() {
    const tried = new Set();
    let failed = false;
    for (;;) {
      const entries = await Kept.all();
      const next = entries.find((entry) => entry.state === "waiting" && !tried.has(entry.key));
      if (!next) return failed ? "failed" : "done";
      tried.add(next.key);
      const outcome = await one(next.key);
      if (["offline", "down", "signed_out"].includes(outcome)) return outcome;
      failed ||= outcome === "failed"; // this one alone; the others need not wait for it
    }
  }

  return { one, all, sign, token: () => session?.token ?? "" };
})();
