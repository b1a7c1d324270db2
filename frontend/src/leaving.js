// Whoever signs out, or erases their account, leaves nothing behind: the day kept for when the network is down goes too.
export function watchLeaving() {
  document.addEventListener("submit", (event) => {
    if (!/\/(logout|effacer)\/$/.test(new URL(event.target.action, location.href).pathname) || !("caches" in self)) return;
    caches.keys().then((names) => names.filter((name) => name.startsWith("my-day:")).forEach((name) => caches.delete(name)));
  });
}
