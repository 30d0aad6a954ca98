// The words of the page that scripts of a conversation say.
export const words = () => document.getElementById("chat-words")?.dataset || {};
