// A press that opens here: with any of these keys or the other buttons, browsers do something of their own.
export const isPlain = (event) => !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
