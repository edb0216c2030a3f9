"use strict";
// The page works without this: it adds Ctrl + Enter and takes a keyboard to the result.
const text = document.getElementById("text");
document.getElementById("keys").hidden = false;
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    text.form.requestSubmit();
  }
});
(document.getElementById("result") ?? text).focus({ preventScroll: false });
