// Markdown by key or button: marks around what is chosen, signs before lines, lists that go on by themselves.
import { put } from "./write.js";

const MARKS = { bold: "**", italic: "_", code: "`" };
const SIGNS = { quote: "> ", list: "- " };
const ITEM = /^([ \t]*)(?:([-*+])|(\d{1,9})([.)])|(>))( \[[ xX]\])? /;
const ADDRESS = /^(?:https?:\/\/|mailto:)\S+$/;
const choose = (field, from, to) => field.setSelectionRange(from, to);

function around(field, mark) {
  const { selectionStart: from, selectionEnd: to, value } = field, { length } = mark;
  const words = value.slice(from, to);
  if (value.slice(from - length, from) === mark && value.slice(to, to + length) === mark) {
    put(field, words, from - length, to + length);
    return choose(field, from - length, to - length);
  }
  put(field, mark + words + mark);
  choose(field, from + length, to + length);
}

function code(field) {
  const { selectionStart: from, selectionEnd: to, value } = field;
  if (!value.slice(from, to).includes("\n")) return around(field, MARKS.code);
  put(field, `\`\`\`\n${value.slice(from, to)}\n\`\`\``);
}

function link(field) {
  const { selectionStart: from, selectionEnd: to, value } = field;
  const words = value.slice(from, to);
  if (ADDRESS.test(words)) {
    put(field, `[](${words})`);
    return choose(field, from + 1, from + 1);
  }
  put(field, `[${words}](https://)`);
  if (words) choose(field, to + 3, to + 3 + "https://".length);
  else choose(field, from + 1, from + 1);
}

function before(field, sign) {
  const { selectionStart, selectionEnd, value } = field;
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const end = value.indexOf("\n", selectionEnd), to = end < 0 ? value.length : end;
  const lines = value.slice(from, to).split("\n");
  const has = lines.every((line) => line.startsWith(sign));
  const made = lines.map((line) => (has ? line.slice(sign.length) : sign + line)).join("\n");
  put(field, made, from, to);
  choose(field, lines.length > 1 ? from : from + made.length, from + made.length);
}

export function format(field, name) {
  if (name === "link") link(field);
  else if (name === "code") code(field);
  else if (MARKS[name]) around(field, MARKS[name]);
  else before(field, SIGNS[name]);
}

// True when Enter was answered: with the next item, or with the end of the list after an empty one.
export function goOn(field) {
  const { selectionStart: at, selectionEnd, value } = field;
  const from = value.lastIndexOf("\n", at - 1) + 1;
  const line = value.slice(from, at), item = ITEM.exec(line);
  if (!item || at !== selectionEnd) return false;
  if (item[0] === line) put(field, "", from, at);
  else put(field, `\n${item[1]}${item[2] || item[5] || Number(item[3]) + 1 + item[4]}${item[6] ? " [ ]" : ""} `);
  return true;
}
