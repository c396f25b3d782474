/* A copy of unsaved text in this browser, until the site has exactly that text: for lost connections, expired sessions
   and crashed tabs. There is one for each account, article and tab. It is offered when the page is opened again and the
   site has another text. The site is asked first, since a request that a closing page sends arrives after the next page
   was opened. Using the copy restores the page's earlier state with its base, so that a version that another account
   saved meanwhile is not overwritten. `browser-copy.js` lists the copies of articles that the account may not edit any
   more. Listens to `editor:changed` and `editor:saved`, sends `editor:refill`. */
{
  const form = document.querySelector("#article_form");
  const above = document.querySelector("[data-above]");
  if (form && above) start(form, above);

  function start(form, above) {
    const PAUSE = 250, DAYS = 30, JUST_NOW = 15_000, ON_ITS_WAY = 700;
    const PREFIX = "desk.text:";
    const texts = ["title", "excerpt", "body"];
    const marks = ["base", "tab", "opened_title", "opened_excerpt", "opened_body"];
    const offer = above.querySelector("[data-kept]");
    const tab = form.elements.tab.value;
    let timer, found;

    form.addEventListener("editor:changed", () => {
      timer ??= setTimeout(() => { timer = undefined; keep(); }, PAUSE);
    });
    window.addEventListener("pagehide", () => { if (timer) keep(); });
    form.addEventListener("submit", keep);
    form.addEventListener("editor:saved", (event) => {
      drop(name("new"));
      if (!event.detail.result.unsaved.length && same(Object.fromEntries(event.detail.sent), now())) drop(name());
      else keep();
    });
    forgetOld();
    look();

    function name(article = above.dataset.article || "new", of = tab) {
      return `${PREFIX}${above.dataset.account}:${article}:${of}`;
    }

    function now() {
      return Object.fromEntries(texts.map((field) => [field, form.elements[field].value]));
    }

    function clean(text) {
      return (text ?? "").replace(/\r\n?/g, "\n").trimEnd();
    }

    function same(one, other) {
      return texts.every((field) => clean(one[field]) === clean(other[field]));
    }

    function keep() {
      clearTimeout(timer);
      timer = undefined;
      if (!("dirty" in form.dataset)) return;
      const fields = [...new FormData(form)].filter(([field, value]) => field !== "csrfmiddlewaretoken" && typeof value === "string");
      const copy = JSON.stringify({ at: Date.now(), fields });
      if (put(copy)) return delete above.dataset.nocopy;
      const others = copies("").filter((one) => one.key !== name()).sort((a, b) => a.at - b.at);
      const gone = [];
      for (const old of others) { /* drop the oldest to make room for the current text */
        gone.push(old.key, localStorage.getItem(old.key));
        drop(old.key);
        if (put(copy)) return delete above.dataset.nocopy;
      }
      while (gone.length) put(gone.pop(), gone.pop()); // even without all of them there was no room
      above.dataset.nocopy = "";
    }

    function put(copy, key = name()) {
      try {
        localStorage.setItem(key, copy);
        return true;
      } catch {
        return false;
      }
    }

    function drop(key) {
      try { localStorage.removeItem(key); } catch { /* storage is off */ }
    }

    function copies(start) {
      const list = [];
      try {
        for (const key of Object.keys(localStorage)) {
          if (!key.startsWith(PREFIX + start)) continue;
          try { list.push({ key, ...JSON.parse(localStorage.getItem(key)) }); } catch { drop(key); }
        }
      } catch { /* storage is off */ }
      return list;
    }

    function forgetOld() {
      for (const copy of copies("")) if (!(Date.now() - copy.at < DAYS * 86_400_000)) drop(copy.key);
    }

    async function look() {
      const shown = now();
      const mine = copies(`${above.dataset.account}:${above.dataset.article || "new"}:`).sort((a, b) => b.at - a.at);
      for (const copy of mine) {
        if (same(Object.fromEntries(copy.fields), shown)) {
          if (!("unsaved" in above.dataset)) drop(copy.key);
        } else if (copy.key !== name() && !(await isSettled(copy))) {
          found = copy;
          break;
        }
      }
      if (!found) return;
      const at = new Date(found.at);
      const day = at.toDateString() === new Date().toDateString() ? "" : `${at.toLocaleDateString("en-US", { year: "numeric", month: "long", day: "numeric" })}, `;
      const clock = at.toLocaleTimeString("en-US", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" });
      offer.querySelector("[data-kept-words]").textContent = `Unsaved text in this browser, from ${day}${clock}.`;
      offer.hidden = false;
      while (!offer.hidden && Date.now() - found.at < JUST_NOW) { /* a slow request may still arrive */
        await new Promise((ready) => { setTimeout(ready, ON_ITS_WAY); });
        if (!offer.hidden && await isSettled(found)) offer.hidden = true;
      }
    }

    /* Whether the copy needs no offer here: the site has the same text, or it belongs to another article's page. */
    async function isSettled(copy) {
      const [, article, of] = copy.key.slice(PREFIX.length).split(":");
      const typed = Object.fromEntries(copy.fields);
      let there = await stored(article, of);
      if (Date.now() - copy.at < JUST_NOW && there && !same(typed, there)) {
        await new Promise((ready) => { setTimeout(ready, ON_ITS_WAY); });
        there = await stored(article, of);
      }
      if (!there) return false;
      if (same(typed, there)) {
        drop(copy.key);
        const isOlder = article !== "new" && !same(now(), there);
        if (isOlder && !("dirty" in form.dataset || "unsaved" in above.dataset)) {
          above.dataset.leaving = "";
          location.reload(); // the page was asked for before its text had arrived
        }
        return true;
      }
      if (article !== "new") return false;
      if (put(JSON.stringify({ at: copy.at, fields: copy.fields }), name(there.article, of))) drop(copy.key);
      return true;
    }

    /* What the site has by now of an article, or of the one that a tab has made; null if there is none or no answer. */
    async function stored(article, of) {
      const query = article === "new" ? `tab=${of}` : `article=${article}`;
      try {
        const answer = await fetch(`${above.dataset.ask}?${query}`, { headers: { Accept: "application/json" }, redirect: "manual" });
        return answer.ok ? (await answer.json()).stored : null;
      } catch {
        return null;
      }
    }

    offer.querySelector("[data-kept-compare]").addEventListener("click", async () => {
      const place = offer.querySelector("[data-kept-difference]");
      const data = new FormData();
      const whole = (fields) => texts.map((field) => clean(fields[field])).filter(Boolean).join("\n\n");
      data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      data.append("before", whole(now()));
      data.append("after", whole(Object.fromEntries(found.fields)));
      const answer = await fetch(above.dataset.compare, { method: "POST", body: data }).catch(() => null);
      if (answer?.ok) place.innerHTML = await answer.text();
      else place.textContent = "The texts could not be compared. Try again.";
    });

    offer.querySelector("[data-kept-use]").addEventListener("click", () => {
      const held = {};
      for (const [field, value] of found.fields) (held[field] ??= []).push(value);
      const old = found.key;
      for (const field of [...form.elements]) {
        if (!field.name || field.type === "file" || field.type === "submit") continue;
        if (field.type === "hidden" && !marks.includes(field.name)) continue;
        const values = held[field.name] ?? [];
        if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
        else if (values.length) choose(field, values[0]);
      }
      drop(old);
      offer.hidden = true;
      form.dispatchEvent(new CustomEvent("editor:refill"));
      form.elements.body.dispatchEvent(new Event("input", { bubbles: true }));
      form.elements.title.focus();
    });

    function choose(field, value) {
      if (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === value)) field.append(new Option(value, value));
      field.value = value;
    }

    offer.querySelector("[data-kept-drop]").addEventListener("click", () => {
      drop(found.key);
      offer.hidden = true;
      form.elements.title.focus();
    });
  }
}
