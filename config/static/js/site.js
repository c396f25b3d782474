/* What a page gains with JavaScript: the color switch (stored on this device, and shared with the admin), links that
   copy their URL, the contents beside a long article, and one counted view. */
const root = document.documentElement;
const order = ["auto", "light", "dark"];

/* The browser's frame uses the colors of the page, even if they differ from the system's. */
function frame(theme) {
  for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
    const scheme = meta.content === "#11141b" ? "dark" : "light"; // by its background color
    meta.media = theme === scheme ? "all" : theme === "auto" ? `(prefers-color-scheme: ${scheme})` : "not all";
  }
}
frame(root.dataset.theme || "auto");

for (const button of document.querySelectorAll("[data-scheme]")) {
  const word = button.querySelector("span");
  word.textContent = root.dataset.theme || "auto";
  button.addEventListener("click", () => {
    const next = order[(order.indexOf(word.textContent) + 1) % 3];
    word.textContent = next;
    if (next === "auto") delete root.dataset.theme;
    else root.dataset.theme = next;
    frame(next);
    try { localStorage.theme = next; } catch { /* storage is off: this page only */ }
  });
}

/* A heading's link leads to the heading and also copies its URL; a live region announces that. */
const said = document.createElement("p");
said.className = "vh";
said.setAttribute("role", "status");
document.body.append(said);

async function copy(address, shown) {
  try { await navigator.clipboard.writeText(address); } catch { return; }
  said.textContent = "";
  shown.dataset.copied = "";
  setTimeout(() => { said.textContent = "Link copied"; }, 50);
  setTimeout(() => { delete shown.dataset.copied; }, 2000);
}

for (const anchor of document.querySelectorAll(".anchor")) {
  anchor.addEventListener("click", () => copy(anchor.href, anchor));
}
for (const button of document.querySelectorAll("[data-share]")) {
  button.addEventListener("click", () => {
    const url = document.querySelector("link[rel=canonical]")?.href || location.href;
    if (navigator.share) navigator.share({ title: document.querySelector("h1").textContent, url }).catch(() => {});
    else copy(url, button);
  });
}

/* On wide screens the list of contents is open and marks the current section. */
const contents = document.querySelector(".contents details");
if (contents) {
  const room = matchMedia("(min-width: 64rem)");
  const fit = () => { contents.open = room.matches; };
  room.addEventListener("change", fit);
  if (room.matches) fit();
  const links = new Map([...contents.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      for (const link of links.values()) link.removeAttribute("aria-current");
      links.get(target.id).setAttribute("aria-current", "true");
    }
  }, { rootMargin: "0px 0px -70% 0px" });
  for (const id of links.keys()) seen.observe(document.getElementById(id));
}

/* A prerendered page, or one in a background tab, has no reader yet. */
function count() {
  if (document.prerendering) document.addEventListener("prerenderingchange", count, { once: true });
  else if (document.visibilityState !== "visible") document.addEventListener("visibilitychange", count, { once: true });
  else fetch(article.dataset.view, { method: "POST", keepalive: true, credentials: "same-origin" }).catch(() => {});
}
const article = document.querySelector("[data-view]");
if (article) count();
