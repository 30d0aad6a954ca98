// What can be completed while somebody types: @people, #tags and :emoji:. Each kind asks in its own way.
const asking = (address, shape) => async (typed, signal) => {
  const answer = await fetch(address + encodeURIComponent(typed), { signal });
  return answer.ok ? (await answer.json()).items.map(shape) : [];
};

// A kind that is eager has its first line chosen: Enter takes it. A new tag needs no choosing.
export const KINDS = [
  {
    pattern: /(?:^|[\s(])(@[\p{L}\p{N}._-]{1,40})$/u, eager: true,
    ask: asking("/people/mention?q=", ({ username, name, title }) => ({ text: `@${username} `, label: name, meta: title })),
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
