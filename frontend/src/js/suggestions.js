// What can be completed while somebody types: @people, #tags and :emoji:. Each kind asks in its own way.
const asking = (address, shape) => async (typed, signal) => {
  const answer = await fetch(address + encodeURIComponent(typed), { signal });
  return answer.ok ? (await answer.json()).items.map(shape) : [];
};

// What a message may begin with is asked once for each page that is loaded.
let known;
const commands = (signal) => (known ||= asking("/chat/commands", ({ name, usage, label }) => ({ text: `/${name} `, label: usage || `/${name}`, meta: label }))("", signal).catch((error) => {
  known = null;
  throw error;
}));

// A kind that is eager has its first line chosen: Enter takes it. A new tag needs no choosing.
export const KINDS = [
  {
    pattern: /(?:^|[\s(])(@[\p{L}\p{N}._-]{1,40})$/u, eager: true,
    ask: asking("/people/mention?q=", ({ username, name, title }) => ({ text: `@${username} `, label: name, meta: title })),
  },
  {
    pattern: /^(\/[\p{L}\p{N}_-]{0,30})$/u, eager: true, within: "form.write",
    ask: async (typed, signal) => (await commands(signal)).filter(({ text }) => text.startsWith(`/${typed.toLowerCase()}`)),
  },
  {
    pattern: /(?:^|[\s(])(#\p{L}[\p{L}\p{N}_-]{0,39})$/u, eager: false,
    ask: asking("/tags/suggest?q=", ({ tag }) => ({ text: `#${tag} `, label: `#${tag}` })),
  },
  {
    pattern: /(?:^|[\s(])(:[\p{L}\p{N}_+-]{2,40}:?)$/u, eager: true,
    ask: async (typed) => (await import("./emoji/find.js")).complete(typed),
  },
];
