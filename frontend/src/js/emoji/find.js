// Finding emoji by what they are called, here and in English.
import { fold, load } from "./load.js";
import { tinted } from "./tones.js";

const SUGGESTED = 8;

function rank(each, typed) {
  if (each.names.includes(typed) || each.emoji === typed) return 0;
  return fold(each.label).startsWith(typed) || each.names.some((name) => name.startsWith(typed)) ? 1 : 2;
}

export function find(all, typed) {
  const asked = fold(typed).trim(), words = asked.split(/[\s_]+/);
  return all
    .filter((each) => each.emoji === asked || words.every((word) => each.found.includes(` ${word}`)))
    .map((each) => [rank(each, asked), each])
    .sort(([a], [b]) => a - b)
    .map(([, each]) => each);
}

// For `:name` in a text field; a closing colon takes the one that has this very name.
export async function complete(typed) {
  const { emoji } = await load();
  const name = typed.replace(/:$/, "");
  const whole = name !== typed && emoji.find((each) => each.names.includes(name));
  if (name !== typed) return whole ? [{ text: tinted(whole), isWhole: true }] : [];
  return find(emoji, name).slice(0, SUGGESTED).map((each) => ({ text: tinted(each), label: `${tinted(each)} ${each.label}`, meta: `:${each.names[0]}:` }));
}
