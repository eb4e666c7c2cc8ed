// What the phone keeps until it is sent: entries, and notes of the site's own. One IndexedDB, for pages and the
// service worker. An entry: {key, user, action, pairs, title, words, saved_at, state, …}; docs/adr/0018 has the rest.
"use strict";

const Kept = (() => {
  let opened = null;
  const news = "BroadcastChannel" in self ? new BroadcastChannel("kept") : null;

  function open() {
    opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open("medborgarlofte", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("entries", { keyPath: "key" });
        request.result.createObjectStore("notes", { keyPath: "name" });
      };
      request.onsuccess = () => {
        const database = request.result;
        database.onclose = () => (opened = null); // emptied when somebody signed out
        database.onversionchange = () => {
          database.close();
          opened = null;
        };
        resolve(database);
      };
      request.onerror = () => {
        opened = null;
        reject(request.error);
      };
    });
    return opened;
  }

  // Runs `work` in a transaction of its own; what its request gave, once that is on the disk.
  async function within(store, mode, work) {
    const database = await open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode, { durability: "strict" });
      const request = work(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  async function write(work) {
    await within("entries", "readwrite", work);
    news?.postMessage("changed");
    self.dispatchEvent(new Event("keptchange"));
  }

  news?.addEventListener("message", () => self.dispatchEvent(new Event("keptchange")));

  return {
    put: (entry) => write((entries) => entries.put(entry)),
    remove: (key) => write((entries) => entries.delete(key)),
    get: (key) => within("entries", "readonly", (entries) => entries.get(key)),
    all: () => within("entries", "readonly", (entries) => entries.getAll()),

    // Changes an entry as it was read; one that was written anew meanwhile stays as it is.
    change: (entry, values) =>
      write((entries) => {
        entries.get(entry.key).onsuccess = (event) => {
          const now = event.target.result;
          if (now && now.saved_at === entry.saved_at) entries.put({ ...now, ...values });
        };
      }),

    note: async (name) => (await within("notes", "readonly", (notes) => notes.get(name)))?.value,
    setNote: (name, value) => within("notes", "readwrite", (notes) => notes.put({ name, value })),

    // Leaves nothing of this person; what somebody else saved on the same phone stays for them.
    empty: async (user) => {
      for (const entry of await Kept.all()) if (entry.user === user) await Kept.remove(entry.key);
      await within("notes", "readwrite", (notes) => notes.clear());
    },
  };
})();
