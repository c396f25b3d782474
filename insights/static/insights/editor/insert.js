/* The only way in which scripts change the text, so that undo works for each of their changes.

   Events that the form hears (detail in braces), all of them dispatched on #article_form:
   - editor:insert {text, isBlock, from, to, select: [start, end]}: put `text` in place of what is selected, or of the
     characters `from`–`to`; `isBlock` gives it blank lines around; `select` counts within `text`, default its end.
   - editor:open {what}: "address", "article", "picture", "library", "shortcuts": open that dialog.
   - editor:note {words}: show a sentence above the text until the next note.
   What is typed, by hand or by script, sends `input` from its field, as always. */
{
  const form = document.querySelector("#article_form");
  const editor = form?.elements.body;
  const note = document.querySelector("[data-note]");
  if (editor?.closest("[data-writing]")) {
    form.addEventListener("editor:insert", (event) => insert(event.detail));
    form.addEventListener("editor:note", (event) => { note.textContent = event.detail.words; });
  }

  function insert({ text, isBlock, from = editor.selectionStart, to = editor.selectionEnd, select }) {
    let lead = "", rest = "";
    if (isBlock) {
      const [before, after] = [editor.value.slice(0, from), editor.value.slice(to)];
      lead = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
      rest = after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
    }
    const whole = lead + text + rest;
    if (whole === editor.value.slice(from, to)) return;
    editor.focus({ preventScroll: true });
    editor.setSelectionRange(from, to);
    /* Deprecated, but the only way that the browser's own undo knows of. */
    if (!document.execCommand(whole ? "insertText" : "delete", false, whole)) {
      editor.setRangeText(whole, from, to, "end");
      editor.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const start = from + lead.length;
    if (select) editor.setSelectionRange(start + select[0], start + select[1]);
  }
}
