// What was not sent yet, kept in this browser for each conversation.
const keyOf = (base) => `outbox:${base}`;

export function waiting(base) {
  try { return JSON.parse(localStorage.getItem(keyOf(base)) || "[]"); } catch { return []; }
}

function keep(base, all) {
  if (all.length) localStorage.setItem(keyOf(base), JSON.stringify(all));
  else localStorage.removeItem(keyOf(base));
}

export const add = (base, message) => keep(base, [...waiting(base), message]);
export const drop = (base, key) => keep(base, waiting(base).filter((each) => each.key !== key));

// Another tab of this browser sent it, or threw it away.
export function onDropped(tell) {
  addEventListener("storage", ({ key, newValue }) => {
    if (key?.startsWith("outbox:")) tell(key.slice("outbox:".length), new Set(JSON.parse(newValue || "[]").map((each) => each.key)));
  });
}
