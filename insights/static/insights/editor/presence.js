/* Other editors of this article: every eight seconds, and when the tab gets the focus again, the page reports that it
   is open, and learns of others, of a newer version and of a changed status. A closing page reports that, too; if the
   request is lost, the next page in its tab repeats it (the browser stores the page's id for the tab). Without this
   script the others are those of the time when the page was opened. */
{
  const form = document.querySelector("#article_form");
  const above = document.querySelector("[data-above]");
  if (form && above) start(form, above);

  function start(form, above) {
    const BEAT = 8000;
    const others = above.querySelector("[data-others]");
    const newer = above.querySelector("[data-newer]");
    let timer, last = 0, before = pageBefore();

    form.addEventListener("editor:saved", (event) => {
      if (timer) name(event.detail.result.others);
      else beat();
    });
    window.addEventListener("focus", () => { if (Date.now() - last > 1000) beat(); });
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") beat(); });
    window.addEventListener("pageshow", (event) => { if (event.persisted) beat(); });
    window.addEventListener("pagehide", () => { if (above.dataset.presence) ask({ left: "1" }, true).catch(() => {}); });
    beat();

    async function beat() {
      clearTimeout(timer);
      timer = undefined;
      if (!above.dataset.presence) return;
      timer = setTimeout(beat, BEAT);
      last = Date.now();
      if (document.visibilityState !== "visible") return;
      try {
        const base = form.elements.base.value;
        const answer = await ask(before ? { before } : {});
        if (answer.ok) before = "";
        if (answer.ok) show(await answer.json(), base);
      } catch { /* the next request may succeed */ }
    }

    /* The id of the page that was in this tab before. */
    function pageBefore() {
      try {
        const name = sessionStorage.getItem("desk.tab") ?? "";
        sessionStorage.setItem("desk.tab", form.elements.tab.value);
        return name === form.elements.tab.value ? "" : name;
      } catch {
        return ""; // storage is off
      }
    }

    function ask(more, keepalive = false) {
      const data = new FormData();
      const sent = { csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value, tab: form.elements.tab.value, base: form.elements.base.value, ...more };
      for (const [name, value] of Object.entries(sent)) data.append(name, value);
      return fetch(above.dataset.presence, { method: "POST", body: data, keepalive });
    }

    function name(all) {
      const words = all.join("\n");
      if (others.dataset.words === words) return;
      others.dataset.words = words;
      others.replaceChildren(...all.map((sentence) => Object.assign(document.createElement("p"), { textContent: sentence })));
    }

    function show(result, base) {
      name(result.others);
      if (base !== form.elements.base.value) return; // it was saved while the answer was on its way
      newer.hidden = !result.newer || "stale" in above.dataset;
      if (newer.hidden || newer.dataset.words === result.newer) return;
      newer.dataset.words = result.newer;
      const way = "dirty" in form.dataset
        ? Object.assign(document.createElement("button"), { type: "submit", name: "_merge", value: "look", className: "button", textContent: "See both texts", formNoValidate: true })
        : Object.assign(document.createElement("a"), { href: location.pathname, textContent: "Reload the page" });
      if (way.tagName === "BUTTON") way.setAttribute("form", form.id);
      newer.replaceChildren(document.createTextNode(`${result.newer} `), way);
    }
  }
}
