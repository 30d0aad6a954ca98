// The extension looks for the global name, so this module has to run before it.
import htmx from "htmx.org/dist/htmx.esm.js";

globalThis.htmx = htmx;
export default htmx;
