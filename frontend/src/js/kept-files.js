// Picked files, kept in this browser until they were sent: few, not for long, and for whoever picked them alone.
// Where a browser keeps nothing, everything goes on as if nothing had been kept.
const STORE = "files", MOST = 20, MOST_BYTES = 256e6, KEPT_MS = 7 * 86_400_000;
let opened;

const me = () => document.getElementById("live")?.dataset.person || "";
const isOver = (record) => record.person !== me() || Date.now() - record.at > KEPT_MS;

function answer(asked) {
  return new Promise((done, fail) => {
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}

function open() {
  const asked = indexedDB.open("intranet-files", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
  return answer(asked);
}

async function store(mode) {
  return (await (opened ??= open())).transaction(STORE, mode).objectStore(STORE);
}

// The newest stay, as many as fit.
async function tidy() {
  const place = await store("readwrite");
  let number = 0, bytes = 0;
  for (const record of (await answer(place.getAll())).sort((one, other) => other.at - one.at)) {
    number += 1;
    bytes += record.size;
    if (number > MOST || bytes > MOST_BYTES || isOver(record)) place.delete(record.key);
  }
}

async function put(key, files, alts) {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  await answer((await store("readwrite")).put({ key, person: me(), at: Date.now(), size, files, alts }));
  await tidy();
}

async function get(key) {
  const record = await answer((await store("readonly")).get(key));
  return record && !isOver(record) ? { files: record.files, alts: record.alts } : null;
}

export const keep = (key, files, alts) => put(key, files, alts).catch(() => {});
export const find = (key) => get(key).catch(() => null);
export const drop = (key) => store("readwrite").then((place) => answer(place.delete(key))).catch(() => {});
export const dropAll = () => store("readwrite").then((place) => answer(place.clear())).catch(() => {});
