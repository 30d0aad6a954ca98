import htmx from "./htmx.js";
import "htmx.org/dist/ext/hx-sse.js";
import "./composer.js";
import "./drafts.js";
import "./echo.js";
import "./focus.js";
import "./keys.js";
import "./live.js";
import "./mine.js";
import "./password.js";
import "./searchbox.js";
import "./signin.js";
import "./times.js";
import "./toast.js";
import "./visit.js";

document.documentElement.classList.add("js");
htmx.config.includeIndicatorCSS = false;
