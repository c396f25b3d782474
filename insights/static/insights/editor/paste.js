/* Pasted formatted text becomes Markdown. Plain text stays plain, and so does text pasted into code or copied from a
   Markdown or plain text file in VS Code. Sends `editor:insert` and `editor:note` (insert.js). */
{
  const form = document.querySelector("#article_form");
  const editor = form?.elements.body;
  const address = editor?.closest("[data-writing]")?.dataset.paste;
  if (address) {
    const PATIENCE = 8000; // milliseconds, then the plain text is pasted
    /* Markdown that cannot begin within a line; signs of the pasted text itself are escaped. */
    const BLOCK = /(?:^|[^\\])\n|^(?:#{2,6} |> |- |\| |```|\d+[.)] )/;

    editor.addEventListener("paste", async (event) => {
      const [html, plain] = ["text/html", "text/plain"].map((kind) => event.clipboardData.getData(kind));
      if (!html.trim() || !plain.trim() || isWithinCode() || isPlain(event.clipboardData)) return;
      event.preventDefault();
      tell("");
      let pasted = {};
      try {
        const token = form.elements.csrfmiddlewaretoken.value;
        const answer = await fetch(address, {
          method: "POST",
          body: html,
          headers: { "Content-Type": "text/html", "X-CSRFToken": token },
          signal: AbortSignal.timeout(PATIENCE),
        });
        pasted = await answer.json();
        tell(pasted.error ? `${pasted.error} Pasted as plain text.` : pasted.note);
      } catch {
        tell("The formatting could not be kept. Pasted as plain text.");
      }
      const text = pasted.markdown || plain.replaceAll("\r\n", "\n");
      form.dispatchEvent(new CustomEvent("editor:insert", { detail: { text, isBlock: BLOCK.test(pasted.markdown ?? "") } }));
    });

    function tell(words) {
      form.dispatchEvent(new CustomEvent("editor:note", { detail: { words: words ?? "" } }));
    }

    /* Whether VS Code copied it from a Markdown or plain text file. */
    function isPlain(clipboard) {
      try {
        return ["markdown", "plaintext"].includes(JSON.parse(clipboard.getData("vscode-editor-data")).mode);
      } catch {
        return false;
      }
    }

    /* Whether a fence was opened above the caret and not closed. */
    function isWithinCode() {
      const fences = editor.value.slice(0, editor.selectionStart).match(/^ {0,3}(?:```|~~~)/gm);
      return (fences?.length ?? 0) % 2 === 1;
    }
  }
}
