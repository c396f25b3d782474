/* Pre-publish checks of the typed text. A click on a place puts the cursor there; "Fix" replaces the text that was
   found. Sends `editor:insert`. Without this script the checks are those of the last save. */
{
  const panel = document.querySelector("[data-checks]");
  const form = panel?.closest("form");
  if (form) {
    const summary = panel.querySelector("[data-summary]");
    const list = panel.querySelector("[data-findings]");
    const names = /^(title|slug|excerpt|body|category|cover|cover_alt|cover_caption|cover_credit|cover_file|seo_title|seo_description|pinned_step|publish_at|authors_\d+)$/;
    const LARGEST = 200_000; // of which the site stores nothing, and reads no more than that here
    let timer, running;
    offer();
    for (const kind of ["input", "change"]) {
      form.addEventListener(kind, (event) => {
        if (!names.test(event.target.name)) return;
        clearTimeout(timer);
        timer = setTimeout(refresh, 700);
      });
    }

    form.addEventListener("editor:renewed", refresh);

    async function refresh() {
      if (form.elements.body.value.length > LARGEST) {
        summary.textContent = "The text is larger than 200 kB, so it is not checked. Split it into several articles.";
        return;
      }
      running?.abort();
      running = new AbortController();
      const data = new FormData();
      for (const field of form.elements) if (names.test(field.name) && field.type !== "file") data.append(field.name, field.value);
      data.append("cover_chosen", form.elements.cover_file?.files[0]?.name ?? "");
      if (!form.elements.pinned_step) data.append("pinned_step", panel.dataset.pin);
      data.append("byline", panel.dataset.byline ?? "");
      data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      try {
        const answer = await fetch(panel.dataset.checks, { method: "POST", body: data, signal: running.signal });
        if (!answer.ok) return;
        const result = await answer.json();
        list.innerHTML = result.findings;
        offer();
        if (summary.textContent !== result.summary) summary.textContent = result.summary;
      } catch (error) {
        if (error.name !== "AbortError") console.warn(error);
      }
    }

    function offer() {
      for (const button of list.querySelectorAll("[data-fix]")) button.hidden = false;
    }

    list.addEventListener("click", (event) => {
      const finding = event.target.closest("[data-field]");
      const isFix = Boolean(event.target.closest("[data-fix]"));
      if (!finding || !(isFix || event.target.closest("a"))) return;
      const field = form.elements[finding.dataset.field] ?? form.elements[`${finding.dataset.field}_0`];
      if (!field) return;
      event.preventDefault();
      for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
      const [from, to] = placeIn(field, finding.dataset);
      if (isFix && to > from) {
        const text = event.target.closest("[data-fix]").dataset.fix;
        form.dispatchEvent(new CustomEvent("editor:insert", { detail: { text, from, to } }));
        return;
      }
      field.focus();
      if (from === undefined) return;
      field.setSelectionRange(from, to);
      show(field, from);
    });

    /* Where the characters are: in the named line of a text, anywhere in a line; else the beginning of the line. */
    function placeIn(field, { line, near }) {
      if (!/^(TEXTAREA|INPUT)$/.test(field.tagName) || field.type === "file") return [];
      const lines = field.value.split("\n");
      const number = Math.min(Math.max(Number(line) - 1, 0), lines.length - 1);
      const start = lines.slice(0, number).reduce((sum, one) => sum + one.length + 1, 0);
      const end = Number(line) ? start + lines[number].length : field.value.length;
      const at = near ? field.value.slice(start, end).indexOf(near) : -1;
      return at < 0 ? [start, start] : [start + at, start + at + near.length];
    }

    function show(field, from) {
      if (field.tagName !== "TEXTAREA") return;
      const share = field.value.slice(0, from).length / Math.max(1, field.value.length);
      if (field.scrollHeight > field.clientHeight) {
        field.scrollTop = share * field.scrollHeight - field.clientHeight / 2;
      }
      field.blur();
      field.focus();  // which lets the browser bring the cursor itself into view
    }
  }
}
