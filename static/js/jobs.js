// Jobs are polled by htmx attributes alone; this says their progress to screen readers, in coarse steps.

const lastSaid = new Map();
const percentage = new Intl.NumberFormat(document.documentElement.lang || undefined, { style: "percent" });

function announce(body) {
  const place = body.closest("[data-job]")?.querySelector("[data-said]");
  if (!place) return;
  const percent = body.dataset.percent;
  const quarter = percent === "" ? "" : Math.floor(Number(percent) / 25) * 25;
  const key = `${body.dataset.state}-${quarter}`;
  if (lastSaid.get(body.id) === key) return;
  const first = !lastSaid.has(body.id);
  lastSaid.set(body.id, key);
  if (first) return;
  place.textContent = body.dataset.state === "running" && quarter !== "" ? `${body.dataset.label}, ${percentage.format(quarter / 100)}` : body.dataset.label;
}

document.querySelectorAll("[data-job-body]").forEach(announce);
document.body.addEventListener("htmx:afterSettle", () => document.querySelectorAll("[data-job-body]").forEach(announce));

// A job that is gone, or no longer ours, is not asked for again.
document.body.addEventListener("htmx:responseError", (event) => {
  const body = event.detail.elt.closest?.("[data-job-body]");
  if (body && [403, 404].includes(event.detail.xhr.status)) {
    const still = body.cloneNode(true);
    still.removeAttribute("hx-get");
    still.removeAttribute("hx-trigger");
    body.replaceWith(still);
  }
});
