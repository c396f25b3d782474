/* Unsaved texts in this browser that no form offers (`backstop.js` stores them): of an article that the account may not
   edit any more, or that was deleted. The dashboard and the page of a new article list them, to be read and copied. */
{
  const place = document.querySelector("[data-orphans]");
  if (place) start(place, document.querySelector("#article_form"));

  function start(place, form) {
    const PREFIX = "desk.text:";
    const texts = ["title", "excerpt", "body"];
    look();

    async function look() {
      for (const copy of copies()) {
        const [, article, tab] = copy.key.slice(PREFIX.length).split(":");
        if (article === "new" && form) continue; // the form offers it
        const answer = await asked(article === "new" ? `tab=${tab}` : `article=${article}`);
        if (!answer) continue;
        if (answer.stored && same(copy.texts, answer.stored)) drop(copy.key);
        else if (!answer.stored?.writable) show(copy, article === "new");
      }
    }

    function copies() {
      const list = [];
      try {
        for (const key of Object.keys(localStorage)) {
          if (!key.startsWith(`${PREFIX}${place.dataset.account}:`)) continue;
          try {
            const { at, fields } = JSON.parse(localStorage.getItem(key));
            list.push({ key, at, texts: Object.fromEntries(fields) });
          } catch { /* the form drops what cannot be parsed */ }
        }
      } catch { /* storage is off */ }
      return list.sort((one, other) => other.at - one.at);
    }

    /* `{"stored"}`: what the site has; null in it if the account may not write articles any more. Null: no answer. */
    async function asked(query) {
      try {
        const answer = await fetch(`${place.dataset.ask}?${query}`, { headers: { Accept: "application/json" }, redirect: "manual" });
        if (answer.status === 403) return { stored: null };
        return answer.ok ? await answer.json() : null;
      } catch {
        return null;
      }
    }

    function same(one, other) {
      const clean = (text) => (text ?? "").replace(/\r\n?/g, "\n").trimEnd();
      return texts.every((name) => clean(one[name]) === clean(other[name]));
    }

    function drop(key) {
      try { localStorage.removeItem(key); } catch { /* storage is off */ }
    }

    function make(tag, properties = {}, ...inside) {
      const one = Object.assign(document.createElement(tag), properties);
      one.append(...inside);
      return one;
    }

    function show(copy, isNew) {
      const at = new Date(copy.at);
      const day = at.toDateString() === new Date().toDateString() ? "" : `${at.toLocaleDateString("en-US", { year: "numeric", month: "long", day: "numeric" })}, `;
      const clock = at.toLocaleTimeString("en-US", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" });
      const words = `Unsaved text in this browser: “${copy.texts.title || "Untitled"}”, ${day}${clock}`;
      const fields = texts.filter((name) => copy.texts[name]).map((name) => make("p", {}, make("label", {},
        name[0].toUpperCase() + name.slice(1),
        make("textarea", { readOnly: true, rows: name === "body" ? 12 : 2, value: copy.texts[name] }))));
      const buttons = make("p", { className: "buttons" });
      const section = make("section", { className: "notice kept-copy" }, make("p", {}, words),
        make("details", {}, make("summary", { textContent: "Show text" }), ...fields), buttons);
      section.setAttribute("aria-label", "Unsaved text in this browser");
      if (isNew) buttons.append(make("a", { className: "button default", href: place.dataset.add, textContent: "Keep writing" }));
      if (form) buttons.append(make("button", { type: "button", className: "button default", textContent: "Use in a new article", onclick: () => use(copy, section) }));
      buttons.append(make("button", { type: "button", className: "button", textContent: "Discard", onclick: () => { drop(copy.key); section.remove(); } }));
      place.append(section);
    }

    function use(copy, section) {
      if (texts.some((name) => form.elements[name].value.trim())) {
        section.querySelector("[data-status]")?.remove();
        const status = make("p", { textContent: "The form already has text. Open “Show text” and copy what you need." });
        status.dataset.status = "";
        status.setAttribute("role", "status");
        return section.append(status);
      }
      for (const name of texts) form.elements[name].value = copy.texts[name] ?? "";
      form.addEventListener("editor:saved", (event) => { if (!event.detail.result.unsaved.length) drop(copy.key); }, { once: true });
      section.remove();
      form.dispatchEvent(new CustomEvent("editor:refill"));
      form.elements.body.dispatchEvent(new Event("input", { bubbles: true }));
      form.elements.title.focus();
    }
  }
}
