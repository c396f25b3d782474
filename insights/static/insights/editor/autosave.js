/* Autosave, into the draft: one second after typing stops, every ten seconds during it, and on leaving a field.

   One request at a time, then the newest text. A response never changes typed text: it only fills a slug that was left
   empty, and only while that field does not have the focus. The form's attribute data-dirty means that something in it
   is not stored. Sends on the form: `editor:changed` (there is something to store),
   `editor:saved` (detail: the fields that were `sent`, and the `result`, which names those that could not be stored),
   `editor:made` (the page of a new article has made it), `editor:renewed` (after a new login). Listens to
   `editor:refill` (another text was put into the form) and `editor:ready` (the page knows that it stays).

   A button submits once the server says that the account is logged in: without a session it would lead to the login,
   and the text would be gone from the page. Without this script the buttons save. */
{
  const form = document.querySelector("#article_form");
  const above = document.querySelector("[data-above]");
  if (form && above) start(form, above);

  function start(form, above) {
    const PAUSE = 1000, AT_LATEST = 10_000, AGAIN = 5000, READ = 3_000_000; // characters of a text that the site reads at all
    const state = form.querySelector("[data-save-state]");
    const said = form.querySelector("[data-save-status]"); // announced by screen readers
    const marks = ["csrfmiddlewaretoken", "base", "over", "tab", "opened_title", "opened_excerpt", "opened_body"];
    const texts = ["title", "excerpt", "body"];
    const banner = above.querySelector("[data-conflict]");
    let stored = "unsaved" in above.dataset ? null : stateAtFirst(), timer, since = 0, running, isLeaving = false;
    let isStopped = "stale" in above.dataset, isAnother = false, retry;
    let isPressing = false, isLetGo = false, isOut = false, pressed, again = "", left = [], savedAt = "", slugGiven = null;

    form.addEventListener("input", typed);
    form.addEventListener("change", typed);
    form.addEventListener("editor:refill", () => { stored = null; typed(); });
    form.addEventListener("editor:ready", () => { if (isDirty()) soon(PAUSE); });
    form.addEventListener("focusout", (event) => {
      if (event.target.name === "slug") fillSlug();
      if (timer) soon(0);
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") { if (isDirty()) save({ keepalive: true }); } else if (retry) soon(0);
    });
    window.addEventListener("online", () => { if (isDirty()) soon(0); });
    window.addEventListener("focus", () => { if (retry) soon(0); });
    window.addEventListener("pageshow", (event) => { if (event.persisted) isLeaving = false; });
    window.addEventListener("beforeunload", (event) => {
      mark();
      if ("dirty" in form.dataset && !isLeaving && !("leaving" in above.dataset)) event.preventDefault();
    });
    form.addEventListener("submit", (event) => {
      if (!isLetGo) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return press(event.submitter);
      }
      isLeaving = true;
      setTimeout(() => { if (event.defaultPrevented) isLeaving = false; });
      clearTimeout(timer);
      clearTimeout(retry);
    });
    window.django?.jQuery?.(form).on("change", typed); // the search for a cover sends only this event
    mark();
    if (isStopped) tell("Autosave is paused: see the message above.");
    if (stored === null && !isStopped) soon(PAUSE);

    /* What the form says, without the marks of the page; a file goes by a button. */
    function fields() {
      return [...new FormData(form)].filter(([name, value]) => !marks.includes(name) && typeof value === "string");
    }

    function key(all) {
      const trimmed = all.map(([name, value]) => [name, texts.includes(name) ? value.replace(/\r\n?/g, "\n").trimEnd() : value]);
      return JSON.stringify(trimmed.filter(([name]) => !withButtons().includes(name)));
    }

    /* A browser that comes back may have put a text into the fields that the page did not bring. */
    function stateAtFirst() {
      const isRefilled = texts.some((name) => form.elements[name].value.trimEnd() !== form.elements[`opened_${name}`].value.replace(/\r\n?/g, "\n").trimEnd());
      return isRefilled && form.elements.base.value ? null : key(fields());
    }

    /* Fields that readers would notice at once, or that belong to a button. */
    function withButtons() {
      const always = ["publish_at", "label", "note", "_merge"];
      return above.dataset.known === "1" ? [...always, "takes_feedback"] : always;
    }

    function isDirty() {
      return key(fields()) !== stored;
    }

    /* Sent to the site but not stored: a text that is too large, a slug that is taken. */
    function isLeftOut() {
      return left.length > 0;
    }

    function isTouched() {
      const touched = (field) => field.type === "checkbox" ? field.checked !== field.defaultChecked : "defaultValue" in field && field.value !== field.defaultValue;
      const others = [...form.elements].filter((field) => field.name && withButtons().includes(field.name));
      return others.some(touched) || Boolean(form.elements.cover_file?.value);
    }

    /* Mark the form if something is not stored; return whether there is something to store, which is computed once,
       since it copies a long text. */
    function mark() {
      const isSomething = isDirty();
      if (isSomething || isLeftOut() || isTouched()) form.dataset.dirty = "";
      else delete form.dataset.dirty;
      return isSomething;
    }

    function typed(event) {
      if (event && !event.target.name) return; // a search of a dialog
      if (!mark()) return tellWaiting();
      form.dispatchEvent(new CustomEvent("editor:changed"));
      since ||= Date.now();
      soon(Math.max(0, Math.min(PAUSE, since + AT_LATEST - Date.now())));
    }

    function soon(wait) {
      clearTimeout(timer);
      timer = setTimeout(() => { timer = undefined; save(); }, wait);
    }

    async function save(options = {}) {
      clearTimeout(timer);
      clearTimeout(retry);
      timer = retry = undefined;
      if (isPressing) return;
      if (pressed) return press(pressed);
      if (running || isStopped || isLeaving || "waits" in above.dataset || !isDirty()) return;
      since = 0;
      running = send(options);
      const goesOn = await running;
      running = undefined;
      if (mark() && goesOn) soon(PAUSE);
    }

    /* Submit by a button: after the response to a running save, which has the base to send, and if the account is
       logged in. Else the page stays as it is. After a new login autosave continues; buttons whose effect others would
       notice must be pressed again. */
    async function press(button) {
      if (isPressing) return;
      isPressing = true;
      if ("waits" in above.dataset) await new Promise((ready) => { form.addEventListener("editor:ready", ready, { once: true }); });
      await running;
      const wasHeld = Boolean(pressed);
      const status = await asked();
      isPressing = false;
      pressed = undefined;
      clearTimeout(timer);
      clearTimeout(retry);
      timer = retry = undefined;
      if (status === 200 && (!wasHeld || button?.name === "_save")) {
        again = "";
        isLetGo = true;
        form.requestSubmit(button);
        isLetGo = false;
      } else if (status === 200) {
        again = `You are logged in again. Press “${button?.value || button?.textContent.trim()}” again.`;
        if (isDirty()) soon(0);
        else tell(again);
      } else if (status === 403) {
        pressed = button;
        loggedOut();
      } else later(status ? "the server reported an error" : "no connection");
    }

    /* Whether the next text may follow; false when something has to happen first. */
    async function send(options) {
      const sent = fields();
      if (form.elements.body.value.length > READ) return refused("the text is larger than 200 kB. Split it into several articles");
      if (!state.querySelector("a")) tell("Saving…"); // the link to the login keeps the focus
      let answer = await post(sent, options);
      if (answer?.status === 403 && (await asked()) === 200) answer = await post(sent, {});
      const result = answer && (await answer.json().catch(() => null));
      if (answer?.ok && result) return took(sent, result);
      if (answer?.status === 409 && result) return stop(result.conflict);
      if (answer?.status === 403) return result ? refused(result.error) : loggedOut();
      if (answer && answer.status < 500 && result?.error) return refused(result.error);
      if (answer && answer.status < 500) return refused(answer.status === 413 ? "the text is too large. Split it into several articles" : "the server did not accept the text");
      return later(answer?.status === 503 ? "the server cannot save right now" : answer ? "the server reported an error" : "no connection");
    }

    async function post(sent, { keepalive = false }) {
      const data = new FormData();
      for (const [name, value] of sent) data.append(name, value);
      for (const name of ["csrfmiddlewaretoken", "base", "over", "tab"]) data.append(name, form.elements[name].value);
      try {
        return await fetch(above.dataset.autosave, { method: "POST", body: data, keepalive, redirect: "manual", headers: { Accept: "application/json" } });
      } catch {
        return keepalive ? post(sent, {}) : null; // what is larger than 64 kB may not outlive the page
      }
    }

    function took(sent, result) {
      left = result.unsaved;
      for (const name of texts) if (!left.includes(name)) form.elements[`opened_${name}`].value = Object.fromEntries(sent)[name] ?? "";
      form.elements.base.value = result.base;
      form.elements.over.value = "";
      slugGiven = result.problems.slug ? null : { asked: Object.fromEntries(sent).slug, given: result.slug };
      if (above.dataset.article !== String(result.article)) become(result);
      stored = key(sent);
      fillSlug();
      problems(result.problems);
      mark();
      form.dispatchEvent(new CustomEvent("editor:saved", { detail: { sent, result } }));
      if (isLeftOut()) unsaved(...whatIsLeft(result));
      else {
        savedAt = `Saved ${result.saved}`;
        tell(summary());
      }
      isIn();
      return true;
    }

    /* Fill the slug made from the title, if the field is unchanged since the request and does not have the focus. */
    function fillSlug() {
      const slug = form.elements.slug;
      if (!slugGiven || !slug || slug.value !== slugGiven.asked || document.activeElement === slug) return;
      const isClean = !isDirty();
      slug.value = slug.defaultValue = slugGiven.given;
      if (isClean) stored = key(fields());
      slugGiven = null;
    }

    /* A sentence about changes that only a button saves; empty if there are none. */
    function waiting() {
      const names = [];
      if (form.elements.cover_file?.value) names.push("the chosen cover");
      const feedback = form.elements.takes_feedback;
      if (feedback && withButtons().includes("takes_feedback") && feedback.checked !== feedback.defaultChecked) names.push("“Allow comments”");
      const button = form.querySelector("[name=_save]")?.value;
      return names.length ? `Not saved yet: ${names.join(" and ")}. Press “${button}”.` : "";
    }

    function summary() {
      const parts = [savedAt, waiting(), again].filter(Boolean);
      return parts.length > 1 ? `${parts.map((words) => words.replace(/\.$/, "")).join(". ")}.` : parts.join("");
    }

    function tellWaiting() {
      if (!isStopped && !running && !isLeftOut()) tell(summary());
    }

    /* Why a field was not saved, and that the others were. */
    function whatIsLeft(result) {
      const name = left.includes("body") ? "body" : left[0];
      const words = result.problems[name].join(" ").replace(/\.$/, "");
      if (name === "body") return [`${words[0].toLowerCase()}${words.slice(1)}`];
      const field = form.elements[name] ?? form.elements[`${name}_0`];
      const label = field?.labels?.[0]?.textContent.trim().replace(/:$/, "");
      return [label ? `${label}: ${words}` : words, ` Everything else was saved at ${result.saved}.`];
    }

    /* The page of a new article becomes the page of the article that it created. */
    function become(result) {
      above.dataset.article = result.article;
      above.dataset.autosave = result.addresses.autosave;
      above.dataset.presence = result.addresses.presence;
      const writing = form.querySelector("[data-writing]");
      if (writing) writing.dataset.page = result.addresses.page;
      form.action = result.addresses.form;
      history.replaceState(history.state, "", result.addresses.form);
      form.dispatchEvent(new CustomEvent("editor:made"));
    }

    function problems(all) {
      const shown = JSON.stringify(all);
      if (form.dataset.problems === shown) return; // shown already
      form.dataset.problems = shown;
      for (const old of form.querySelectorAll("[data-autosave-problem]")) old.remove();
      for (const [name, sentences] of Object.entries(all)) {
        const field = form.elements[name]?.closest?.(".form-row");
        if (!field || name === "body") continue; // the preview reports its problems
        const box = document.createElement("div");
        box.dataset.autosaveProblem = "";
        box.setAttribute("role", "status");
        (field.querySelector(".flex-container") ?? field).append(box); // before its words, which are announced then
        const list = Object.assign(document.createElement("ul"), { className: "errorlist" });
        for (const sentence of sentences) list.append(Object.assign(document.createElement("li"), { textContent: sentence }));
        box.append(list);
      }
    }

    /* The button is above the form and, since that may be scrolled away, in the bar that is always visible. */
    function stop(words) {
      isStopped = true;
      banner.querySelector("[data-conflict-words]").textContent = words;
      banner.hidden = false;
      const look = banner.querySelector("[name=_merge]").cloneNode(true);
      look.className = "link";
      unsaved("there is a newer version", " ", look);
      return false;
    }

    function refused(words) {
      unsaved(words.replace(/\.$/, ""));
      return false;
    }

    function later(why) {
      unsaved(why);
      retry = setTimeout(() => { retry = undefined; save(); }, AGAIN);
      return false;
    }

    function loggedOut() {
      isOut = true;
      const why = isAnother ? "you are now logged in with another account" : "you are logged out";
      const link = Object.assign(document.createElement("a"), { href: above.dataset.login, target: "_blank", rel: "noopener", textContent: "Log in in a new tab" });
      unsaved(why, " ", link, ".");
      retry = setTimeout(() => { retry = undefined; save(); }, AGAIN);
      return false;
    }

    function unsaved(why, ...more) {
      const kept = "nocopy" in above.dataset ? "This browser can't keep a copy, so leave this page open." : "Your text is kept in this browser.";
      tell(`Not saved: ${why}. ${kept}`, ...more);
    }

    /* 200: the account of this page is logged in, and the page has its token (after a new login its own is old). 403:
       no account, or another one. Else the server's status, or 0 without an answer. */
    async function asked() {
      try {
        const answer = await fetch(above.dataset.ask, { headers: { Accept: "application/json" }, redirect: "manual" });
        isAnother = false;
        if (!answer.ok) return answer.status;
        const { token, account } = await answer.json();
        isAnother = String(account) !== above.dataset.account;
        if (isAnother) return 403;
        for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
        isIn();
        return 200;
      } catch {
        return 0;
      }
    }

    function isIn() {
      if (!isOut) return;
      isOut = false;
      form.dispatchEvent(new CustomEvent("editor:renewed"));
    }

    /* Announce a failed save and the first save after it, but not every save. */
    function announce(words) {
      const isFine = /^(Saving…|Saved [\d:]+[^.]*)$/.test(words);
      if (isFine && (!said.textContent || words === "Saving…" || said.textContent === "Saved.")) return;
      const sentence = isFine ? "Saved." : words;
      if (said.textContent !== sentence) said.textContent = sentence;
    }

    function tell(...parts) {
      const words = parts.map((part) => part.textContent ?? part).join("");
      if (state.textContent !== words) state.replaceChildren(...parts);
      announce(words);
    }
  }
}
