/* The toolbar and its shortcuts: add or remove Markdown around the selection or before its lines.
   Sends editor:insert and editor:open; see insert.js. */
{
  const form = document.querySelector("#article_form");
  const editor = form?.elements.body;
  const bar = document.querySelector("[data-bar]");
  if (editor && bar) {
    const toolbar = bar.querySelector("[role=toolbar]");
    const buttons = [...toolbar.querySelectorAll("button")];
    const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
    const around = { bold: "**", italic: "*", code: "`" };
    const before = { heading2: "## ", heading3: "### ", quote: "> ", bullets: "- ", numbers: "1. " };
    const anyPrefix = { heading: /^#{1,6} +/, quote: /^> ?/, list: /^(?:[-*+]|\d{1,9}[.)]) +/ };

    const more = bar.querySelector("[data-more]");
    const isMod = (event) => (isMac ? event.metaKey : event.ctrlKey);

    bar.hidden = false;
    more.addEventListener("click", () => showAll(more.getAttribute("aria-expanded") === "false"));
    /* A button of a hidden row that gets the focus shows all rows. */
    toolbar.addEventListener("focusin", (event) => {
      if (event.target.offsetTop > buttons[0].offsetTop) showAll(true);
    });
    /* The admin focuses a form's first control; here that would be a button. */
    window.addEventListener("load", () => { if (bar.contains(document.activeElement)) form.elements.title.focus(); });
    for (const button of buttons) {
      button.title = `${button.getAttribute("aria-label")} (${shown(button.dataset.keys)})`;
      button.setAttribute("aria-description", shown(button.dataset.keys)); // or the title, which repeats the name
      button.setAttribute("aria-keyshortcuts", button.dataset.keys.replace("Mod", isMac ? "Meta" : "Control"));
      button.tabIndex = button === buttons[0] ? 0 : -1;
      button.addEventListener("click", () => press(button));
    }
    tellShortcuts(document.querySelector("#shortcuts-dialog"));

    toolbar.addEventListener("keydown", (event) => {
      const at = buttons.indexOf(document.activeElement);
      const last = buttons.length - 1;
      const next = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at ? at - 1 : last, Home: 0, End: last }[event.key];
      if (at < 0 || next === undefined) return;
      event.preventDefault();
      for (const button of buttons) button.tabIndex = button === buttons[next] ? 0 : -1;
      buttons[next].focus();
    });

    editor.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey) {
        if (goOnWithList()) event.preventDefault();
        return;
      }
      const button = isMod(event) && buttons.find((one) => matches(event, one.dataset.keys));
      if (!button || event.getModifierState("AltGraph")) return;
      event.preventDefault();
      press(button);
    });

    /* As in other editors; with autosave it only adds a version to the history. */
    document.addEventListener("keydown", (event) => {
      if (!isMod(event) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      if (!event.repeat && !document.querySelector("dialog[open]")) form.elements._save.click();
    });

    function showAll(isAll) {
      more.setAttribute("aria-expanded", String(isAll));
      more.textContent = isAll ? "Less" : "More";
      toolbar.scrollTop = 0;
    }

    function matches(event, keys) {
      const parts = keys.split("+");
      const key = parts.at(-1);
      const isKey = event.code === `Digit${key}` || event.code === `Key${key}` || event.key.toUpperCase() === key;
      /* A sign such as "/" may need Shift on a keyboard. */
      const isShifted = event.shiftKey === parts.includes("Shift") || /[^A-Z0-9]/.test(key);
      return isKey && isShifted && event.altKey === parts.includes("Alt");
    }

    function shown(keys) {
      const names = isMac ? { Mod: "⌘", Alt: "⌥", Shift: "⇧" } : { Mod: "Ctrl" };
      return keys.split("+").map((part) => names[part] ?? part).join(isMac ? "" : "+");
    }

    function press(button) {
      const { mark, open } = button.dataset;
      if (open) form.dispatchEvent(new CustomEvent("editor:open", { detail: { what: open } }));
      else if (mark === "code" && selected().includes("\n")) fence();
      else if (mark in around) wrap(around[mark]);
      else if (mark in before) prefix(mark);
      else footnote();
    }

    function put(detail) {
      form.dispatchEvent(new CustomEvent("editor:insert", { detail }));
    }

    function selected() {
      return editor.value.slice(editor.selectionStart, editor.selectionEnd);
    }

    function wrap(sign) {
      const { value, selectionStart: start, selectionEnd: end } = editor;
      const text = selected();
      const size = sign.length;
      const isWrapped = value.slice(start - size, start) === sign && value.slice(end, end + size) === sign
        && (sign !== "*" || value[start - 2] !== "*" || value.slice(start - 3, start) === "***");
      if (isWrapped) put({ text, from: start - size, to: end + size, select: [0, text.length] });
      else put({ text: sign + text + sign, select: [size, size + text.length] });
    }

    /* The whole lines that the selection touches, as [from, to, lines]. */
    function touched() {
      const { value, selectionStart: start, selectionEnd: end } = editor;
      const from = value.lastIndexOf("\n", start - 1) + 1;
      const stop = value.indexOf("\n", end > start && value[end - 1] === "\n" ? end - 1 : end);
      const to = stop < 0 ? value.length : stop;
      return [from, to, value.slice(from, to).split("\n")];
    }

    function prefix(mark) {
      const [from, to, lines] = touched();
      const kind = mark.startsWith("heading") ? "heading" : mark === "quote" ? "quote" : "list";
      const own = mark === "numbers" ? /^\d{1,9}[.)] +/ : mark === "bullets" ? /^[-*+] +/ : null;
      const has = (line) => (own ? own.test(line) : line.startsWith(before[mark]));
      const filled = lines.filter((line) => line.trim());
      const isOn = filled.length > 0 && filled.every(has);
      let number = 0;
      const changed = lines.map((line) => {
        if (!line.trim() && lines.length > 1) return line;
        const bare = line.replace(anyPrefix[kind], "");
        if (isOn) return bare;
        return (mark === "numbers" ? `${++number}. ` : before[mark]) + bare;
      }).join("\n");
      const isPoint = editor.selectionStart === editor.selectionEnd;
      put({ text: changed, from, to, select: isPoint ? [changed.length, changed.length] : [0, changed.length] });
    }

    function fence() {
      const [from, to, lines] = touched();
      const text = lines.join("\n");
      put({ text: `\`\`\`\n${text}\n\`\`\``, from, to, isBlock: true, select: [3, 3] });
    }

    function footnote() {
      const numbers = [...editor.value.matchAll(/\[\^(\d{1,6})\]/g)].map((found) => Number(found[1]));
      const name = `[^${Math.max(0, ...numbers) + 1}]`;
      put({ text: name, from: editor.selectionEnd, to: editor.selectionEnd });
      const end = editor.value.trimEnd().length;
      const gap = /\n\[\^[^\]\n]+\]:[^\n]*$/.test(editor.value.slice(0, end)) ? "\n" : "\n\n";
      put({ text: `${gap}${name}: \n`, from: end, to: editor.value.length, select: [gap.length + name.length + 2, gap.length + name.length + 2] });
      editor.scrollTop = editor.scrollHeight;
    }

    /* After an item comes the next, and after an empty one the list is over. */
    function goOnWithList() {
      const { value, selectionStart: at, selectionEnd } = editor;
      const from = value.lastIndexOf("\n", at - 1) + 1;
      const item = /^(\s*)([-*+]|(\d{1,8})([.)])|>)(\s+)(.*)$/.exec(value.slice(from, at));
      if (!item || at !== selectionEnd) return false;
      if (!item[6].trim()) put({ text: "", from, to: at });
      else put({ text: `\n${item[1]}${item[3] ? Number(item[3]) + 1 + item[4] : item[2]}${item[5]}` });
      return true;
    }

    function tellShortcuts(dialog) {
      const list = dialog.querySelector("dl");
      const save = [form.elements._save.value, "Mod+S"];
      for (const [words, combination] of [save, ...buttons.map((one) => [one.getAttribute("aria-label"), one.dataset.keys])]) {
        const [name, keys] = [document.createElement("dt"), document.createElement("dd")];
        name.textContent = words.replace("…", "");
        keys.textContent = shown(combination);
        list.append(name, keys);
      }
      dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
      form.addEventListener("editor:open", (event) => { if (event.detail.what === "shortcuts") dialog.showModal(); });
    }
  }
}
