/* The writing view: the scores follow the text, and a picture is asked for its words before it is handed in.
   Without this script the scores stand as of the last save, and the picture page hands in pictures. */
{
  const editor = document.querySelector("#article_form textarea[name=body]");
  const panel = document.querySelector("[data-scores]");
  if (editor && panel) followText(editor.form, panel);
  const dialog = document.querySelector("#picture-dialog");
  if (editor && dialog) askForWords(editor, dialog);
  if (editor) warnOfUnsavedText(editor.form);
  if (editor) forgetOldFaults(editor);

  function token(form) {
    return form.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  function followText(form, panel) {
    const names = ["title", "excerpt", "body", "pinned_step"];
    let timer, running;
    form.addEventListener("input", (event) => {
      if (!names.includes(event.target.name)) return;
      clearTimeout(timer);
      timer = setTimeout(refresh, 500);
    });
    async function refresh() {
      running?.abort();
      running = new AbortController();
      const data = new FormData();
      for (const name of names) data.append(name, form.elements[name]?.value ?? panel.dataset.pin ?? "");
      data.append("csrfmiddlewaretoken", token(form));
      try {
        const answer = await fetch(panel.dataset.scores, { method: "POST", body: data, signal: running.signal });
        if (answer.ok) panel.innerHTML = await answer.text();
      } catch (error) {
        if (error.name !== "AbortError") console.warn(error);
      }
    }
  }

  function askForWords(editor, dialog) {
    const frame = editor.closest(".markdownx");
    const [alt, caption, credit] = ["alt", "caption", "credit"].map((name) => dialog.querySelector(`#picture-${name}`));
    const complaint = dialog.querySelector("[role=alert]");
    const waiting = [];
    let file;

    /* In the capture phase, before the widget's own handlers, which would hand in the file without a word. */
    for (const [kind, source] of [["paste", "clipboardData"], ["drop", "dataTransfer"]]) {
      frame.addEventListener(kind, (event) => {
        const files = [...(event[source]?.files ?? [])];
        if (!files.length) return;
        event.preventDefault();
        event.stopPropagation();
        waiting.push(...files);
        if (!dialog.open) next();
      }, true);
    }

    const button = document.createElement("button");
    button.type = "button";
    button.className = "button picture-button";
    button.textContent = "Insert a picture…";
    const chooser = document.createElement("input");
    chooser.type = "file";
    chooser.accept = "image/png,image/jpeg,image/gif,image/webp";
    chooser.hidden = true;
    button.addEventListener("click", () => chooser.click());
    chooser.addEventListener("change", () => {
      waiting.push(...chooser.files);
      chooser.value = "";
      if (!dialog.open) next();
    });
    frame.before(button, chooser);

    function next() {
      file = waiting.shift();
      if (!file) return editor.focus();
      for (const field of [alt, caption, credit]) field.value = "";
      dialog.querySelector("[data-name]").textContent = file.name;
      complain("");
      dialog.showModal();
      alt.focus();
    }

    function complain(words) {
      complaint.textContent = words;
      complaint.hidden = !words;
      alt.setAttribute("aria-invalid", String(Boolean(words)));
    }

    dialog.querySelector("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!alt.value.trim()) {
        complain("Say what the picture shows.");
        return alt.focus();
      }
      const submit = dialog.querySelector("[type=submit]");
      submit.disabled = true;
      try {
        insert(await handIn());
        dialog.close();
        next();
      } catch (error) {
        complain(error.message);
      } finally {
        submit.disabled = false;
      }
    });
    dialog.querySelector("[data-cancel]").addEventListener("click", () => {
      dialog.close();
      next();
    });

    async function handIn() {
      const data = new FormData();
      data.append("csrfmiddlewaretoken", token(editor.form));
      data.append("image", file);
      for (const [name, field] of Object.entries({ alt, caption, credit })) data.append(name, field.value);
      const address = editor.getAttribute("data-markdownx-upload-urls-path");
      const answer = await fetch(address, { method: "POST", body: data }).catch(() => null);
      const told = await answer?.json().catch(() => null);
      if (!answer?.ok || !told?.image_code) {
        throw new Error(told?.error ?? "The picture could not be handed in. Try once more.");
      }
      return told.image_code;
    }

    function insert(code) {
      const before = editor.value.slice(0, editor.selectionStart);
      const lead = before && !before.endsWith("\n\n") ? (before.endsWith("\n") ? "\n" : "\n\n") : "";
      editor.setRangeText(`${lead}${code}\n\n`, editor.selectionStart, editor.selectionEnd, "end");
      editor.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  /* What the last save refused was said of another text; from now on the preview says what is wrong. */
  function forgetOldFaults(editor) {
    const faults = editor.closest(".flex-container").querySelector(":scope > .errorlist");
    if (faults) editor.addEventListener("input", () => faults.remove(), { once: true });
  }

  function warnOfUnsavedText(form) {
    let touched = Boolean(document.querySelector(".errornote:not([hidden])"));
    form.addEventListener("input", () => { touched = true; });
    form.addEventListener("submit", () => { touched = false; });
    window.addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
  }
}
