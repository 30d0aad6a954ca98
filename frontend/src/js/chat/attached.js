// The files of messages that are on their way, in this page and beyond it.
import { drop, find, keep } from "../kept-files.js";

const here = new Map();
const placeOf = (key) => `message:${key}`;

export function attach(key, files, alts) {
  here.set(key, { files, alts });
  keep(placeOf(key), files, alts);
}

// What goes along with a message; null when it is lost.
export async function attachedTo({ key, names }) {
  return names.length ? here.get(key) || find(placeOf(key)) : { files: [], alts: [] };
}

export function detach(key) {
  here.delete(key);
  drop(placeOf(key));
}
