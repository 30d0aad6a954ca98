// The company's calendar: the day above a message is "Today" where the company is, wherever one reads it.
const DAY_MS = 86_400_000;
const clocks = new Map();

// The company's zone, and the words for its days.
export const times = () => document.getElementById("chat-times")?.dataset || {};

function partsOf(moment) {
  const { zone } = times();
  if (!clocks.has(zone)) clocks.set(zone, new Intl.DateTimeFormat("en", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
  }));
  return Object.fromEntries(clocks.get(zone).formatToParts(moment).map(({ type, value }) => [type, value]));
}

function dayOf(moment) {
  const { year, month, day } = partsOf(moment);
  return `${year}-${month}-${day}`;
}

const today = () => dayOf(Date.now());

function sinceMidnight(moment) {
  const { hour, minute, second } = partsOf(moment);
  return ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000 + (moment % 1000);
}

// By the wall clock, and once more there: a day on which the clocks change has 23 hours, or 25.
export function untilMidnight(now = Date.now()) {
  const left = DAY_MS - sinceMidnight(now), off = sinceMidnight(now + left);
  return left - (off > DAY_MS / 2 ? off - DAY_MS : off);
}

// In the order in which the server says it.
function inWords(date) {
  const { lang } = document.documentElement, moment = new Date(`${date}T12:00Z`);
  const said = (options) => new Intl.DateTimeFormat(lang, { timeZone: "UTC", ...options }).format(moment);
  const year = date.slice(0, 4) === today().slice(0, 4) ? "" : ` ${moment.getUTCFullYear()}`;
  return `${said({ weekday: "long" })} ${moment.getUTCDate()} ${said({ month: "long" })}${year}`;
}

function wordsFor(date) {
  const now = today();
  if (date === now) return times().today;
  return date === new Date(Date.parse(now) - DAY_MS).toISOString().slice(0, 10) ? times().yesterday : inWords(date);
}

// "14:00", or "27 November, 14:00" on another day.
export function clockWords(moment) {
  const { hour, minute } = partsOf(moment), date = dayOf(moment);
  if (date === today()) return `${hour}:${minute}`;
  const month = new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: "UTC", month: "long" }).format(new Date(`${date}T12:00Z`));
  return `${Number(date.slice(8))} ${month}, ${hour}:${minute}`;
}

export function sayDay(heading) {
  const said = wordsFor(heading.dataset.date);
  if (heading.textContent !== said) heading.textContent = said;
}
