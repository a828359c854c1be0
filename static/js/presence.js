// Who else is here: this page says every quarter of a minute which question it shows, and hears who has which open.
// Asked with fetch, so that a beat that fails disturbs nobody: the next one comes.

import { csrfToken } from "./session.js";

const BEAT = 15_000;
const box = document.getElementById("here");
const openQuestion = () => document.querySelector("#answer article")?.dataset.question ?? "";
let told = null;

function body(fields) {
  const data = new FormData();
  data.append("csrfmiddlewaretoken", csrfToken());
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
}

// Everybody's letters beside the question that they have open, in the list and in the answer's pane.
function place() {
  for (const slot of document.querySelectorAll("[data-here]")) {
    const people = [...box.querySelectorAll(`[data-at="${slot.dataset.here}"] template`)];
    slot.replaceChildren(...people.map((person) => person.content.cloneNode(true)));
  }
}

async function beat() {
  if (document.visibilityState !== "visible") return;
  told = openQuestion();
  try {
    const response = await fetch(box.dataset.url, { method: "POST", body: body({ question: told }), redirect: "error" });
    if (!response.ok) return;
    box.innerHTML = (await response.text()).trim(); // empty, it takes no room
    place();
  } catch {
    box.replaceChildren(); // what is not known any more is not shown
    place();
  }
}

if (box) {
  setInterval(beat, BEAT);
  document.addEventListener("visibilitychange", beat);
  document.body.addEventListener("htmx:afterSettle", () => (openQuestion() === told ? place() : beat()));
  beat();
}
