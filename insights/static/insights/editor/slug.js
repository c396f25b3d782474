/* Links to URLs: by a dialog, or by pasting a URL over selected text. Within code, and over a URL, pasted text stays
   plain. Listens to `editor:open`, sends `editor:insert` (insert.js). */
{
  const form = document.querySelector("#article_form");
  const editor = form?.elements.body;
  const dialog = document.querySelector("#address-dialog");
  if (editor && dialog) {
    const [address, words] = ["#link-address", "#link-words"].map((name) => dialog.querySelector(name));
    const fault = dialog.querySelector("[role=alert]");
    const known = /^(?:https?:\/\/|mailto:|tel:)[^\s<>]+$/i;
    let place = {};

    form.addEventListener("editor:open", (event) => {
      if (event.detail.what !== "address") return;
      const text = selected();
      place = { from: editor.selectionStart, to: editor.selectionEnd };
      address.value = known.test(text.trim()) ? text.trim() : "";
      words.value = address.value ? "" : text.replace(/\s+/g, " ").trim();
      complain("");
      dialog.showModal();
      (address.value ? words : address).focus();
    });
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      const target = whole(address.value.trim());
      if (!target || /[\s<>]/.test(target)) {
        complain(target ? "A URL can't contain spaces, < or >." : "Enter a URL.");
        return address.focus();
      }
      dialog.close();
      put({ ...place, text: link(words.value.trim() || target.replace(/^(?:https?:\/\/|mailto:|tel:)/i, ""), target) });
    });

    /* Before paste.js, which handles all formatted text. */
    editor.addEventListener("paste", (event) => {
      const pasted = event.clipboardData.getData("text/plain").trim();
      const text = selected();
      if (!known.test(pasted) || !text.trim() || text.includes("\n") || isPlain(text)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const [start, bare, end] = [/^\s*/.exec(text)[0], text.trim(), /\s*$/.exec(text)[0]];
      put({ text: start + link(bare, pasted) + end });
    });

    function put(detail) {
      form.dispatchEvent(new CustomEvent("editor:insert", { detail }));
    }

    function selected() {
      return editor.value.slice(editor.selectionStart, editor.selectionEnd);
    }

    function link(text, target) {
      const isOpen = (text.match(/\[/g) ?? []).length !== (text.match(/\]/g) ?? []).length;
      return `[${isOpen ? text.replace(/([[\]])/g, "\\$1") : text}](${/[()]/.test(target) ? `<${target}>` : target})`;
    }

    /* "example.org/page" and "ann@example.org", as one types them. */
    function whole(typed) {
      if (/^(?:[a-z][a-z0-9+.-]*:|[/#])/i.test(typed)) return typed;
      if (/^[^\s/@]+@[^\s/@]+\.[^\s/@]+$/.test(typed)) return `mailto:${typed}`;
      return typed && `https://${typed}`;
    }

    /* Whether the selection is a URL, is where one is expected, or is code. */
    function isPlain(text) {
      const before = editor.value.slice(0, editor.selectionStart);
      const line = before.slice(before.lastIndexOf("\n") + 1);
      const fences = before.match(/^ {0,3}(?:```|~~~)/gm)?.length ?? 0;
      const isCode = fences % 2 === 1 || /^(?: {4}|\t)/.test(line) || (line.match(/`/g)?.length ?? 0) % 2 === 1;
      return isCode || /^\s*(?:[a-z]+:\/\/|mailto:|tel:|www\.)\S*\s*$/i.test(text) || /\]\(<?\S*$/.test(line) || /[[\]]\(/.test(text);
    }

    function complain(message) {
      fault.textContent = message;
      fault.hidden = !message;
      address.setAttribute("aria-invalid", String(Boolean(message)));
    }
  }
}
