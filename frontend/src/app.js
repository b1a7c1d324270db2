// What every page runs: htmx, the menu, spoken announcements, focus after a swap; charts and maps are fetched where they are shown.
import "htmx.org";
import { keepFocus } from "./focus.js";
import { watchErrors } from "./errors.js";
import { wakeDrawings } from "./drawings.js";
import { watchLeaving } from "./leaving.js";
import { wakeMenus } from "./menus.js";

document.documentElement.classList.add("has-js");
wakeMenus(document);
wakeDrawings(document);
keepFocus();
watchErrors();
watchLeaving();

// A form's own token goes with it; a request made outside a form takes it from the cookie.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  if (event.detail.verb !== "get" && token) event.detail.headers["X-CSRFToken"] ??= decodeURIComponent(token[1]);
});

document.addEventListener("htmx:load", (event) => wakeDrawings(event.detail.elt));
