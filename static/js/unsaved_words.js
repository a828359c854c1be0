// Words in the answer's form that no save has acknowledged: they save themselves, go before whatever would replace their
// form, and are dropped only by whoever says so.

const PAUSE = 1200;
const RETRY = 10_000;
const FIELDS = "textarea[name=text], select[name=choice], input[name=choice]";
const answerForm = () => document.querySelector("[data-autosave]");
const acknowledged = new WeakMap(); // by form: the words that the last successful save was sent

let timer = 0;
let sending = null; // the form's request that is on its way
let onward = null; // what "leave without them" does
let kept = null; // what was typed while the response was under way that replaces the form

// As the server keeps them: blanks around them are none of them.
const packed = (choice, text) => JSON.stringify([choice, text.replace(/\r\n?/g, "\n").trim()]);

function words(form) {
  const data = new FormData(form);
  return packed(data.get("choice") ?? "", data.get("text") ?? "");
}

function drawn(form) {
  const chosen = form.querySelector("select[name=choice] option[selected], input[name=choice][checked]");
  const first = form.querySelector("select[name=choice]")?.options[0];
  return packed((chosen ?? first)?.value ?? "", form.elements.text.defaultValue);
}

// A form that came back with its words (a conflict, a mistake) has none that are saved.
function savedWords(form) {
  return acknowledged.get(form) ?? (form.hasAttribute("data-unsaved") ? null : drawn(form));
}

const dirty = (form) => Boolean(form) && words(form) !== savedWords(form);
export const hasUnsavedWords = () => dirty(answerForm());
const undecided = () => dirty(answerForm()) || sending !== null;

// Without a connection htmx rejects, and shell.js has said so by then.
const send = (...request) => htmx.ajax(...request).catch(() => undefined);

// One at a time: htmx would queue the second, and report it as done at once. A conflict stops it until the person decides.
async function autosave(form) {
  clearTimeout(timer);
  while (sending) await sending.done;
  if (!form?.isConnected || !dirty(form) || document.querySelector("#answer [data-conflict]")) return;
  send("POST", form.dataset.autosave, { source: form, target: "#save-state", swap: "outerHTML" });
  await sending?.done;
}

// Whether everything is saved, after trying to.
async function settle() {
  for (;;) {
    const form = answerForm();
    if (sending) await sending.done;
    else if (!dirty(form)) return true;
    else {
      const before = acknowledged.get(form);
      await autosave(form);
      if (!sending && form.isConnected && dirty(form) && acknowledged.get(form) === before) return false;
    }
  }
}

function stay(go) {
  onward = go;
  document.querySelector("#answer dialog[open]")?.close();
  document.getElementById("unsaved")?.remove(); // drawn anew, it is read out again
  document.getElementById("save-state")?.before(document.getElementById("unsaved-words").content.cloneNode(true));
  document.getElementById("unsaved")?.scrollIntoView({ block: "nearest" });
}

function goWhenSaved(go) {
  settle().then((saved) => (saved ? go() : stay(go)));
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-autosave]");
  if (!form || !event.target.matches(FIELDS)) return;
  clearTimeout(timer);
  timer = setTimeout(autosave, PAUSE, form);
});

document.addEventListener("click", (event) => {
  const leave = event.target.closest("[data-leave]");
  const form = answerForm();
  if (!leave || !form) return;
  clearTimeout(timer);
  acknowledged.set(form, words(form));
  if (!leave.closest("#unsaved")) return; // a link: it goes by itself
  document.getElementById("unsaved").remove();
  onward?.();
});

// No connection, a server that is started anew, a session that has ended: the words wait for them, and say so.
const GOES_BY = new Set([0, 401, 502, 503, 504]);

function tryAgain(form) {
  const line = form.querySelector("#save-state");
  if (!line) return;
  line.replaceChildren(Object.assign(document.createElement("p"), { className: "text-error", textContent: form.dataset.notSaved }));
  clearTimeout(timer);
  timer = setTimeout(autosave, RETRY, form);
}

addEventListener("online", () => autosave(answerForm()));

// What the form itself sends. An answer acknowledges what was sent, not what is there by now.
document.body.addEventListener("htmx:beforeSend", ({ detail: { xhr, requestConfig } }) => {
  const form = requestConfig.elt;
  if (form !== answerForm()) return;
  let end;
  const done = new Promise((resolve) => (end = resolve));
  const request = { xhr, done, sent: words(form), byItself: requestConfig.path === form.dataset.autosave };
  sending = request;
  xhr.addEventListener("loadend", () => {
    const taken = request.byItself && xhr.status < 300 && form.querySelector("#save-state [data-saved]");
    if (taken) acknowledged.set(form, request.sent);
    if (taken && !dirty(form)) document.getElementById("unsaved")?.remove();
    if (GOES_BY.has(xhr.status)) tryAgain(form);
    if (sending === request) sending = null;
    end();
  });
});

// Whatever else would replace the form waits for its words: htmx's requests, plain forms, and the way back.
document.body.addEventListener("htmx:confirm", (event) => {
  const { elt, target, verb, path, issueRequest } = event.detail;
  const form = answerForm();
  if (!form || elt === form || !target.contains(form) || !undecided()) return;
  event.preventDefault();
  goWhenSaved(() => {
    if (elt.isConnected) issueRequest(false);
    else if (verb === "get") location.assign(path);
    else send(verb, path, { target: "#answer", values: Object.fromEntries(new FormData(elt)) }); // its form was redrawn
  });
});

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (form === answerForm()) return clearTimeout(timer); // the full save takes over
  const method = submitter?.getAttribute("formmethod") ?? form.getAttribute("method");
  if (method === "dialog" || form.matches("[hx-get], [hx-post]") || !form.closest("#content") || !undecided()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  goWhenSaved(() => {
    form.hidden ||= !form.isConnected;
    if (!form.isConnected) document.body.append(form); // a form that was redrawn meanwhile still says what it said
    form.requestSubmit(submitter?.form === form ? submitter : undefined);
  });
}, true);

document.body.addEventListener("htmx:historyCacheMiss", (event) => {
  if (!undecided()) return;
  event.preventDefault();
  goWhenSaved(() => location.reload());
});

addEventListener("beforeunload", (event) => {
  if (hasUnsavedWords()) event.preventDefault();
});

// What is typed while a response is under way outlives it: a page that was asked for is asked for again once the words
// are saved; what was done to the answer is shown, with the words put back into it.
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const form = answerForm();
  const { elt, verb, path } = detail.requestConfig;
  const own = elt === form;
  if (!form || !detail.shouldSwap) return;
  if (own && !detail.serverResponse.includes(sending.byItself ? 'id="save-state"' : "data-question=")) {
    detail.shouldSwap = false; // no answer to a save: the page for signing in, say
    return stay(() => location.reload());
  }
  if (!detail.target.contains(form) || (own ? words(form) === sending.sent : !dirty(form))) return;
  if (verb === "get") {
    detail.shouldSwap = false;
    return send("GET", path, { source: elt, target: detail.target });
  }
  const { text, choice, version } = form.elements;
  const known = own ? null : savedWords(form);
  kept = { known, text: text.value, choice: choice?.value, version: version.value, caret: [text.selectionStart, text.selectionEnd] };
});

function putBack({ known, text, choice, version, caret }) {
  const form = answerForm();
  if (!form) {
    const notice = document.getElementById("words-too-late").content.cloneNode(true);
    notice.querySelector("[data-words]").textContent = [choice, text].filter(Boolean).join("\n");
    return document.getElementById("answer").prepend(notice);
  }
  // Somebody else's words came along: with the version before them, saving says so.
  if (known !== null && drawn(form) !== known) form.elements.version.value = version;
  form.elements.text.value = text;
  form.elements.text.setSelectionRange(...caret);
  if (form.elements.choice) form.elements.choice.value = choice;
  form.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
}

document.body.addEventListener("htmx:afterSwap", () => {
  const typed = kept;
  kept = null;
  if (typed) putBack(typed);
});
