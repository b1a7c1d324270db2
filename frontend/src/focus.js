// After a swap, nobody is lost: focus goes where the fragment asks, or back where it was; announcements are spoken.

const ASKED = "[autofocus], [data-focus]";

export function announce(text) {
  const region = document.getElementById("announcer");
  if (!region) return;
  region.textContent = "";
  // Emptied first, so that the same sentence said twice is heard twice.
  setTimeout(() => (region.textContent = text), 60);
}

function focus(element) {
  if (!element.matches("a[href], button, input, select, textarea, summary, [tabindex]")) element.tabIndex = -1;
  element.focus({ preventScroll: false });
}

function after(target) {
  const asked = target.matches?.(ASKED) ? target : target.querySelector?.(ASKED);
  if (asked) focus(asked);
  const said = target.matches?.("[data-announce]") ? target : target.querySelector?.("[data-announce]");
  if (said) announce(said.dataset.announce);
  return Boolean(asked);
}

export function keepFocus() {
  let hadFocus = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    hadFocus = event.detail.target?.contains(document.activeElement) ? event.detail.target.id : null;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const moved = after(event.detail.elt);
    // The element that had focus is gone: its container receives it rather than the top of the page.
    if (!moved && hadFocus && document.activeElement === document.body) {
      const container = document.getElementById(hadFocus);
      if (container) focus(container);
    }
    hadFocus = null;
  });
  // A form refused by the server: its summary is what to read first.
  const summary = document.querySelector(".form-summary[data-focus]");
  if (summary) focus(summary);
}
