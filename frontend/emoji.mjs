// The emoji of one language as the picker wants them: a small file each, asked for when somebody first chooses one.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const LEFT_OUT = 2; // the group of parts: skin tones and hair alone
const MOST_WORDS = 10;
const KNOWN_TO_ALL = 12; // the version of Unicode's emoji that every machine draws
const TONES = ["\u{1f3fb}", "\u{1f3fc}", "\u{1f3fd}", "\u{1f3fe}", "\u{1f3ff}"];
// One form for each: the sign that asks for colours stands only where it is needed, as in what people type.
const plain = (emoji) => emoji.replace(/(\p{Emoji_Presentation})\ufe0f/gu, "$1");
const read = (folder, ...path) => JSON.parse(readFileSync(join(folder, ...path), "utf8"));

function first(emoji, tone) {
  const [head, ...rest] = emoji;
  return head + tone + rest.join("").replace(/^\ufe0f/, "");
}
const everyone = (emoji, tone) => emoji.replace(/[\u{1f468}\u{1f469}\u{1f9d1}]/gu, `$&${tone}`);

// 1: the first character takes the tone. 2: each person does. 0: there are none, or none that one tone could name.
function toneKind({ emoji, skins = [] }) {
  const wanted = skins.filter((each) => !Array.isArray(each.tone)).map((each) => plain(each.emoji)).join();
  return [first, everyone].findIndex((tint) => TONES.map((tone) => tint(plain(emoji), tone)).join() === wanted) + 1;
}

// What an emoji is found by, besides its label.
function words({ label, tags = [] }) {
  const said = label.toLowerCase().split(/[\s:,]+/);
  return [...new Set(tags.flatMap((tag) => tag.toLowerCase().split(/\s+/)))].filter((word) => !said.includes(word)).slice(0, MOST_WORDS).join(" ");
}

function emojiOf(folder, language) {
  const names = read(folder, "en", "shortcodes", "emojibase.json");
  const groups = read(folder, language, "messages.json").groups.filter((each) => each.order !== LEFT_OUT);
  const place = new Map(groups.map((group, index) => [group.order, index]));
  const shown = read(folder, language, "data.json").filter((each) => place.has(each.group));
  return {
    groups: groups.map(({ message }) => message[0].toUpperCase() + message.slice(1)),
    emoji: shown.sort((a, b) => a.order - b.order).map((each) => [
      plain(each.emoji), each.label, words(each), place.get(each.group), [names[each.hexcode]].flat().join(" "), toneKind(each), each.version > KNOWN_TO_ALL ? each.version : 0,
    ]),
  };
}

export const emoji = (folder) => ({
  name: "emoji",
  setup(builder) {
    builder.onResolve({ filter: /^emoji:/ }, ({ path }) => ({ path: `${path.replace(":", "-")}.json`, namespace: "emoji" }));
    builder.onLoad({ filter: /.*/, namespace: "emoji" }, ({ path }) => ({ contents: JSON.stringify(emojiOf(folder, path.slice("emoji-".length, -".json".length))), loader: "file" }));
  },
});
