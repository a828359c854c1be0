// A session that has ended while its page stays open, and one that was begun anew in another tab.

import { say } from "./shell.js";

const text = document.body.dataset;

// Signing in changes the token. Pages that were open before go on with the new one, so that what was typed in them can
// still be saved.
export function csrfToken() {
  const cookie = document.cookie.match(/(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/)?.[1];
  return cookie ?? JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
}

document.body.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.headers["X-CSRFToken"] = csrfToken();
  if (detail.parameters.csrfmiddlewaretoken !== undefined) detail.parameters.csrfmiddlewaretoken = csrfToken();
});

document.addEventListener("submit", (event) => {
  const field = event.target.querySelector("input[name=csrfmiddlewaretoken]");
  if (field) field.value = csrfToken();
}, true);

document.body.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 401) say(text.signedOut, "warning", { href: text.signInUrl, label: text.signIn });
});
