// Charts and maps: their module is fetched when one comes near the screen, and the twin in words stays whatever happens.

const seen = new WeakSet();

async function draw(element) {
  try {
    const module = await import(element.dataset.module);
    await module.draw(element);
  } catch (error) {
    console.warn(error);
    const line = document.createElement("p");
    line.className = "drawing-failed";
    line.textContent = element.dataset.failed;
    element.after(line);
    if (element.matches("[data-map]")) element.hidden = true;
  }
}

const near = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      near.unobserve(entry.target);
      draw(entry.target);
    }
  },
  { rootMargin: "300px" },
);

export function wakeDrawings(root) {
  const found = [...(root.querySelectorAll?.("[data-chart], [data-map]") ?? [])];
  if (root.matches?.("[data-chart], [data-map]")) found.push(root);
  for (const element of found) {
    if (seen.has(element)) continue;
    seen.add(element);
    element.hidden = false; // hidden until now: without JavaScript there is nothing to draw
    near.observe(element);
  }
}
