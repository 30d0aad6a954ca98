// Fresh times are said as people say them; after a day the server's words stand.
import { everywhere } from "./ready.js";

const HOUR_S = 3600;

function say(time) {
  const age = (Date.now() - Date.parse(time.dateTime)) / 1000;
  if (!(age >= 0 && age < HOUR_S)) return;
  const format = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto", style: "short" });
  time.title ||= time.textContent;
  time.textContent = age < 60 ? format.format(0, "second") : format.format(-Math.floor(age / 60), "minute");
}

function sayAll(piece) {
  for (const time of piece.querySelectorAll("time[datetime]:not([data-clock])")) say(time);
}

everywhere(sayAll);
setInterval(() => sayAll(document), 60_000);
