// What htmx replaces or disables loses the keyboard's place. Whoever pressed something finds it again afterwards, unless
// the page put them somewhere else meanwhile. What is gone for good (an approved answer has no "Approve") leaves them in
// the region that was replaced, never at the top of the page.

const places = new WeakMap(); // by request: how to find the control that was pressed

function trace(control) {
  if (control.id) return () => document.getElementById(control.id);
  if (control.rel) return () => document.querySelector(`main a[rel="${CSS.escape(control.rel)}"]`);
  const action = control.form?.getAttribute("action");
  if (!action) return () => null;
  const index = [...control.form.elements].indexOf(control);
  return () => [...document.forms].find((form) => form.getAttribute("action") === action)?.elements[index];
}

function region(control) {
  const id = control.closest('[id][tabindex="-1"]')?.id;
  return () => id && document.getElementById(id);
}

document.body.addEventListener("htmx:beforeRequest", ({ detail: { elt, xhr } }) => {
  const control = document.activeElement;
  if (control && control !== document.body && (elt.contains(control) || control.form === elt)) places.set(xhr, [control, trace(control), region(control)]);
});

document.body.addEventListener("htmx:afterSettle", ({ detail: { xhr } }) => {
  const place = places.get(xhr);
  if (!place || (document.activeElement && document.activeElement !== document.body)) return;
  const [control, find, around] = place;
  // Until the next frame htmx has not enabled again what it disabled.
  requestAnimationFrame(() => {
    if (document.activeElement !== document.body) return;
    for (const found of [control.isConnected ? control : find(), around()]) {
      found?.focus?.({ preventScroll: true });
      if (document.activeElement !== document.body) return;
    }
  });
});
