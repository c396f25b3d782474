/* What a page gains with JavaScript: the colour switch (kept on this device, and shared with the desk) and one
   counted view. */
const root = document.documentElement;
const order = ["auto", "light", "dark"];

for (const button of document.querySelectorAll("[data-scheme]")) {
  const word = button.querySelector("span");
  word.textContent = root.dataset.theme || "auto";
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = order[(order.indexOf(word.textContent) + 1) % 3];
    word.textContent = next;
    if (next === "auto") delete root.dataset.theme;
    else root.dataset.theme = next;
    try { localStorage.theme = next; } catch { /* storage is off: this page only */ }
  });
}

/* A page that was only prepared, or opened in a tab behind, has no reader yet. */
function count() {
  if (document.prerendering) document.addEventListener("prerenderingchange", count, { once: true });
  else if (document.visibilityState !== "visible") document.addEventListener("visibilitychange", count, { once: true });
  else fetch(article.dataset.view, { method: "POST", keepalive: true, credentials: "same-origin" }).catch(() => {});
}
const article = document.querySelector("[data-view]");
if (article) count();
