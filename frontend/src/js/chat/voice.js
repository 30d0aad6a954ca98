// A voice message: nothing is recorded before the button is pressed, and what was recorded becomes a picked file.
import { everywhere, fromHtml } from "../ready.js";

const LONGEST_S = 300;
const TYPES = { "audio/webm;codecs=opus": "webm", "audio/mp4": "m4a", "audio/ogg;codecs=opus": "ogg" };
let running = null, asked = null, template = null, isStarting = false;
const words = () => template.dataset;

const canRecord = () => Boolean(window.MediaRecorder && navigator.mediaDevices?.getUserMedia);
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

// The button and its words are asked for once, and only where something can be recorded.
function ask() {
  asked ??= fetch("/chat/voice").then((answer) => (answer.ok ? answer.text() : "")).then(fromHtml).catch(() => null);
  return asked;
}

async function offer(form) {
  if (!canRecord() || form.querySelector(".voice") || !(template = await ask())) return;
  const place = form.querySelector(".bar .file-button");
  if (!place || form.querySelector(".voice")) return;
  const [button, said] = template.content.cloneNode(true).children;
  place.after(button);
  place.closest(".bar").after(said);
}

function say(form, text) {
  const said = form.querySelector(".voice-said");
  if (said) Object.assign(said, { textContent: text, hidden: !text });
}

function show(button, seconds) {
  const time = button.querySelector(".voice-time"), on = seconds !== null;
  button.classList.toggle("recording", on);
  if (button.ariaLabel !== (on ? words().stop : words().start)) button.title = button.ariaLabel = on ? words().stop : words().start;
  Object.assign(time, { textContent: on ? clock(seconds) : "", hidden: !on });
}

// The file goes where a picked one would, beside those that were picked before.
function pick({ form, chunks, type }) {
  const input = form.querySelector("input[type=file]"), all = new DataTransfer();
  const at = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "numeric", minute: "2-digit" }).format(new Date());
  for (const file of input.files) all.items.add(file);
  all.items.add(new File(chunks, `${words().name.replace("{time}", at)}.${TYPES[type]}`, { type: type.split(";")[0] }));
  input.files = all.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function stop(told = "") {
  if (!running) return;
  const { form, recorder } = running;
  running.keep = form.isConnected;
  if (recorder.state !== "inactive") recorder.stop();
  say(form, told);
}

function end(session) {
  clearInterval(session.timer);
  for (const track of session.recorder.stream.getTracks()) track.stop();
  if (running === session) running = null;
  if (session.button.isConnected) show(session.button, null);
  if (session.keep && session.chunks.length) pick(session);
}

function tick(session) {
  const seconds = Math.floor((performance.now() - session.began) / 1000);
  if (!session.form.isConnected) stop();
  else if (seconds >= LONGEST_S) stop(words().ended);
  else show(session.button, seconds);
}

function begin(form, button, stream) {
  const type = Object.keys(TYPES).find((each) => MediaRecorder.isTypeSupported(each));
  const recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: 32_000 });
  const session = { form, button, type, recorder, chunks: [], keep: false, began: performance.now() };
  recorder.addEventListener("dataavailable", (event) => { if (event.data.size) session.chunks.push(event.data); });
  recorder.addEventListener("stop", () => end(session));
  recorder.start();
  session.timer = setInterval(() => tick(session), 500);
  running = session;
  show(button, 0);
}

async function start(button) {
  const form = button.closest("form");
  isStarting = true; // and not disabled: it would lose the focus, and a key could not end what a key began
  say(form, "");
  try {
    begin(form, button, await navigator.mediaDevices.getUserMedia({ audio: true }));
  } catch (error) {
    say(form, error.name === "NotFoundError" ? words().missing : words().refused);
  } finally {
    isStarting = false;
  }
}

everywhere((piece) => {
  for (const form of piece.querySelectorAll("form.write")) offer(form);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".write .voice");
  if (!button) return;
  if (running?.button === button) stop();
  else if (!running && !isStarting) start(button);
});
window.addEventListener("pagehide", () => stop());
