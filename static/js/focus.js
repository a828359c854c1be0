// What htmx replaces or disables loses the keyboard's place. Whoever pressed something finds it again afterwards, unless
// the page put them somewhere else meanwhile.

const places = new WeakMap(); // by request: how to find the control that was pressed

function trace(control) {
  if (control.id) return () => document.getElementById(control.id);
  const action = control.form?.getAttribute("action");
  if (!action) return () => null;
  const index = [...control.form.elements].indexOf(control);
  return () => [...document.forms].find((form) => form.getAttribute("action") === action)?.elements[index];
}

document.body.addEventListener("htmx:beforeRequest", ({ detail: { elt, xhr } }) => {
  const control = document.activeElement;
  if (control && control !== document.body && (elt.contains(control) || control.form === elt)) places.set(xhr, [control, trace(control)]);
});

document.body.addEventListener("htmx:afterSettle", ({ detail: { xhr } }) => {
  const place = places.get(xhr);
  if (!place || (document.activeElement && document.activeElement !== document.body)) return;
  const [control, find] = place;
  // Until the next frame htmx has not enabled again what it disabled.
  requestAnimationFrame(() => {
    if (document.activeElement !== document.body) return;
    (control.isConnected ? control : find())?.focus({ preventScroll: true });
  });
});
