// The emoji in the page's language, fetched once.
import de from "emoji:de";
import en from "emoji:en";
import it from "emoji:it";
import { newestDrawn } from "./drawn.js";

const FILES = { de, en, it };
let loaded;

export const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{Mn}/gu, "");

function each([emoji, label, words, group, names, tones, version]) {
  return { emoji, label, group, tones, version, names: names.split(" "), found: fold(` ${label} ${words} ${names.replaceAll("_", " ")}`) };
}

async function fetched() {
  const file = FILES[document.documentElement.lang.slice(0, 2)] || FILES.en;
  const answer = await fetch(new URL(file, import.meta.url));
  if (!answer.ok) throw new Error(`emoji: ${answer.status}`);
  const { groups, emoji } = await answer.json();
  const newest = newestDrawn();
  return { groups, emoji: emoji.map(each).filter(({ version }) => version <= newest) };
}

export function load() {
  loaded ||= fetched().catch((error) => { loaded = null; throw error; });
  return loaded;
}
