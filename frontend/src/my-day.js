// My day: kept for when the network is down, its countdown going on by the phone's clock, and a word when the timetable changes.
const EVERY = 120_000;
const page = document.getElementById("my-day");
const minutes = (from, to) => Math.ceil((to - from) / 60_000);

if ("serviceWorker" in navigator) {
  navigator.serviceWorker
    .register(page.dataset.worker, { scope: page.dataset.scope })
    .then(() => navigator.serviceWorker.ready)
    .then((ready) => {
      if (!offline()) ready.active.postMessage([location.pathname + location.search, page.dataset.keep]);
    })
    .catch(() => {}); // without it the page is an ordinary page
}

function offline() {
  return document.documentElement.hasAttribute("data-offline");
}

// The next meeting moves up by itself, on line or not.
function tick() {
  const panel = page.querySelector(".day-next");
  if (!panel) return;
  const now = Date.now();
  const next = [...page.querySelectorAll("[data-ends]")].find((one) => Date.parse(one.dataset.ends) > now);
  panel.hidden = !next;
  if (!next) return;
  panel.querySelector(".day-what").replaceChildren(...next.querySelector(".day-what").cloneNode(true).childNodes);
  const left = minutes(now, Date.parse(next.dataset.starts));
  const words = panel.dataset;
  const put = (text) => (panel.querySelector(".day-countdown").textContent = text);
  if (left <= 0) put(words.now);
  else if (left === 1) put(words.minute);
  else if (left < 60) put(words.minutes.replace("{n}", left));
  else if (left < 12 * 60) put(words.hours.replace("{h}", Math.floor(left / 60)).replace("{m}", String(left % 60).padStart(2, "0")));
}

// Another timetable was published: said aloud once, and left on the page; nothing moves under the reader's eyes.
async function look() {
  if (document.hidden || offline()) return;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const there = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("my-day");
  const notices = document.getElementById("notices");
  if (there && there.dataset.version !== page.dataset.version && !notices.querySelector("[data-changed]")) {
    const said = document.createElement("p");
    said.className = "notice notice-warning";
    said.dataset.changed = "";
    said.textContent = page.dataset.changed;
    notices.append(said);
  }
}

tick();
setInterval(tick, 20_000);
setInterval(look, EVERY);
document.addEventListener("visibilitychange", () => (tick(), look()));
