// When the server cannot be reached, the page says so instead of staying silent.
import { announce } from "./focus.js";

function tell(text) {
  const notices = document.getElementById("notices");
  if (!notices || !text) return;
  const line = document.createElement("p");
  line.className = "notice notice-error";
  line.textContent = text;
  notices.replaceChildren(line);
  notices.scrollIntoView({ block: "nearest" });
  announce(text);
}

export function watchErrors() {
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => tell(document.body.dataset.networkError));
  }
  // A whole page where a fragment was awaited is not ours (a proxy's, for instance): never inside an element of the page.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status < 400 || !/^\s*<!doctype/i.test(xhr.responseText)) return;
    event.detail.shouldSwap = false;
    tell(document.body.dataset.networkError);
  });
  document.addEventListener("htmx:beforeRequest", () => document.getElementById("notices")?.replaceChildren());
}
