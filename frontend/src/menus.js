// Menus are open without JavaScript; with it, they fold on a phone, and close with Escape or a click elsewhere.

export function wakeMenus(root) {
  for (const button of root.querySelectorAll("[data-toggle]")) {
    const menu = document.getElementById(button.dataset.toggle);
    if (!menu) continue;
    button.hidden = false;
    const show = (open) => {
      button.setAttribute("aria-expanded", String(open));
      menu.classList.toggle("is-open", open);
    };
    show(false);
    button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      show(false);
      button.focus();
    });
  }
  for (const menu of root.querySelectorAll("details[data-menu]")) {
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }
}
