/* Live preview beside the text: the typed text as the site would show it to readers.

   The frame holds a page of the site without scripts. After a pause in typing its body is updated part by part, so that
   nothing flickers and its scroll position stays. Sends `editor:page` on the form after each change of the page. */
{
  const writing = document.querySelector("[data-writing]");
  const form = writing?.closest("form");
  const section = writing?.querySelector("[data-frame]");
  if (section) {
    const frame = section.querySelector("iframe");
    const sheet = section.querySelector(".sheet");
    const fault = section.querySelector("[data-frame-fault]");
    const problems = writing.querySelector("[data-problems]");
    const count = form.querySelector("[data-count]");
    const choices = [...writing.querySelectorAll(".views button")];
    const wide = matchMedia("(min-width: 64rem)");
    const PAUSE = 350, DESKTOP = 1280, PHONE = 390, READ = 3_000_000; // characters of a text that the site reads at all
    let timer, running, isReady = false;

    for (const button of choices) button.addEventListener("click", () => { remember(button.dataset.view); show(); });
    wide.addEventListener("change", show);
    new ResizeObserver(fit).observe(sheet);
    new MutationObserver(followScheme).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    frame.addEventListener("load", () => {
      isReady = Boolean(frame.contentDocument?.querySelector("main"));
      if (!isReady) return;
      followScheme();
      awayOnly(frame.contentDocument);
      form.dispatchEvent(new CustomEvent("editor:page"));
      refresh();
    });
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    form.addEventListener("editor:renewed", refresh);
    show();

    function remembered() {
      try {
        return localStorage.getItem("desk.page") ?? "desktop";
      } catch {
        return "desktop";
      }
    }

    /* On a narrow screen text and page take turns; one begins with the text. */
    function remember(view) {
      writing.dataset.chosen = view;
      if (!wide.matches) return;
      try {
        localStorage.setItem("desk.page", view);
      } catch { /* then the next page begins with the same view */ }
    }

    function show() {
      const wanted = writing.dataset.chosen ?? (wide.matches ? remembered() : "text");
      const view = choices.some((button) => button.dataset.view === wanted) ? wanted : "desktop";
      writing.dataset.view = view;
      for (const button of choices) button.setAttribute("aria-pressed", String(button.dataset.view === view));
      section.hidden = view === "text";
      if (!section.hidden && !frame.hasAttribute("src")) frame.src = writing.dataset.page;
      fit();
    }

    /* The page gets the width of a desktop or of a phone, whatever room there is, and is drawn smaller to fit in. */
    function fit() {
      if (section.hidden) return;
      const width = writing.dataset.view === "phone" ? PHONE : DESKTOP;
      const scale = Math.min(1, sheet.clientWidth / width);
      frame.style.width = `${width}px`;
      frame.style.height = `${sheet.clientHeight / scale}px`;
      frame.style.transform = `scale(${scale})`;
      frame.style.left = `${Math.max(0, (sheet.clientWidth - width * scale) / 2)}px`;
      form.dispatchEvent(new CustomEvent("editor:page"));
    }

    function followScheme() {
      const [root, scheme] = [frame.contentDocument?.documentElement, document.documentElement.dataset.theme];
      if (!root) return;
      if (scheme === "light" || scheme === "dark") root.dataset.theme = scheme;
      else delete root.dataset.theme;
    }

    function later(event) {
      if (!event.target.name) return; // a search of a dialog
      clearTimeout(timer);
      timer = setTimeout(refresh, PAUSE);
    }

    async function refresh() {
      if (form.elements.body.value.length > READ) return tell("The text is larger than 200 kB. Split it into several articles.");
      running?.abort();
      running = new AbortController();
      const data = new FormData(form);
      data.delete("cover_file");
      try {
        const answer = await fetch(writing.dataset.page, { method: "POST", body: data, signal: running.signal });
        if (!answer.ok) return tell("The preview could not be loaded. Check that you are online and logged in.");
        take(await answer.json());
        tell("");
      } catch (error) {
        if (error.name !== "AbortError") tell("No connection. The preview can't be updated.");
      }
    }

    function tell(words) {
      if (fault.textContent !== words) fault.textContent = words;
      fault.hidden = !words;
    }

    function take(result) {
      if (result.words || form.elements.body.value.length < 50_000) count.textContent = `${result.words.toLocaleString("en")} word${result.words === 1 ? "" : "s"}, ${result.minutes} min read`;
      const faults = result.problems.join("\n");
      if (problems.dataset.shown !== faults) {
        problems.dataset.shown = faults;
        problems.replaceChildren(...result.problems.map((words) => Object.assign(document.createElement("li"), { textContent: words })));
        problems.hidden = !faults;
      }
      if (isReady && !section.hidden) bringUpToDate(result.page);
    }

    function bringUpToDate(html) {
      const [page, fresh] = [frame.contentDocument, new DOMParser().parseFromString(html, "text/html")];
      awayOnly(fresh);
      const lines = [...fresh.body.querySelectorAll("*")].map((one) => one.dataset.line);
      for (const root of [fresh.body, page.body]) {
        for (const one of root.querySelectorAll("[data-line]")) one.removeAttribute("data-line");
      }
      const place = frame.contentWindow.scrollY;
      bring(page.body, fresh.body);
      [...page.body.querySelectorAll("*")].forEach((one, index) => {
        if (lines[index] !== undefined) one.dataset.line = lines[index];
      });
      if (frame.contentWindow.scrollY !== place) frame.contentWindow.scrollTo(0, place);
      form.dispatchEvent(new CustomEvent("editor:page"));
    }

    /* Make the children of `old` those of `fresh`, and leave alone what is the same. */
    function bring(old, fresh) {
      const [olds, freshes] = [[...old.childNodes], [...fresh.childNodes]];
      let start = 0;
      while (start < olds.length && start < freshes.length && olds[start].isEqualNode(freshes[start])) start++;
      let [oldEnd, freshEnd] = [olds.length, freshes.length];
      while (oldEnd > start && freshEnd > start && olds[oldEnd - 1].isEqualNode(freshes[freshEnd - 1])) {
        oldEnd--;
        freshEnd--;
      }
      const pairs = Math.min(oldEnd, freshEnd);
      for (let at = start; at < pairs; at++) {
        const [mine, theirs] = [olds[at], freshes[at]];
        if (canBecome(mine, theirs)) bring(mine, theirs);
        else mine.replaceWith(old.ownerDocument.importNode(theirs, true));
      }
      for (const gone of olds.slice(pairs, oldEnd)) gone.remove();
      const after = olds[oldEnd] ?? null;
      for (const come of freshes.slice(pairs, freshEnd)) old.insertBefore(old.ownerDocument.importNode(come, true), after);
    }

    function canBecome(mine, theirs) {
      if (mine.nodeType !== Node.ELEMENT_NODE || mine.nodeName !== theirs.nodeName || !theirs.firstChild) return false;
      for (const { name } of [...mine.attributes]) if (!theirs.hasAttribute(name)) mine.removeAttribute(name);
      for (const { name, value } of theirs.attributes) if (mine.getAttribute(name) !== value) mine.setAttribute(name, value);
      return true;
    }

    /* Links open in a new tab, except within the page. Nothing in the frame is a tab stop, so that Tab goes from the
       text to the fields below; the link "Open preview" opens the page itself. */
    function awayOnly(page) {
      for (const stop of page.querySelectorAll("a, button, input, select, textarea, summary, [tabindex]")) stop.tabIndex = -1;
      for (const link of page.querySelectorAll("a[href]:not([href^='#'])")) {
        link.target = "_blank";
        link.rel = "noopener";
      }
    }
  }
}
