/* The picture library: search, show where a picture is used, insert it into the text or choose it as the cover.
   Listens to `editor:open`, sends `editor:insert` (insert.js). */
{
  const form = document.querySelector("#article_form");
  const dialog = document.querySelector("#library-dialog");
  const editor = form?.elements.body;
  const cover = form?.elements.cover;
  if (form && dialog) {
    const search = dialog.querySelector("input");
    const list = dialog.querySelector(".library");
    const status = dialog.querySelector("[data-status]");
    let timer, running, place = {}, isForCover = false;

    form.addEventListener("editor:open", (event) => { if (event.detail.what === "library") openLibrary(false); });
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 250); });
    search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    list.addEventListener("click", (event) => {
      const more = event.target.closest("[data-page]");
      const chosen = event.target.closest("[data-id]");
      if (more) look(more.dataset.page);
      if (chosen) choose(chosen.dataset);
    });
    if (cover) {
      offerForCover();
      nameWhenThere();
    }

    /* The admin's search field has a label, but its text has none; it is created once the page is ready. */
    function nameWhenThere() {
      const there = new MutationObserver(() => {
        const text = document.querySelector("#select2-id_cover-container");
        if (!text) return;
        text.setAttribute("aria-label", cover.labels[0]?.textContent.replace(":", "") ?? "Cover");
        there.disconnect();
      });
      there.observe(cover.closest(".form-row"), { childList: true, subtree: true });
    }

    function offerForCover() {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "button small-button", textContent: "Choose from the library…" });
      button.addEventListener("click", () => openLibrary(true));
      cover.closest(".flex-container, .related-widget-wrapper").append(button);
    }

    function openLibrary(asCover) {
      isForCover = asCover;
      place = { from: editor.selectionStart, to: editor.selectionEnd };
      dialog.querySelector("h2").textContent = asCover ? "Choose a cover" : "Picture library";
      dialog.showModal();
      search.select();
      look();
    }

    async function look(page) {
      running?.abort();
      running = new AbortController();
      const asked = new URLSearchParams({ q: search.value, page: Number(page) || 1 });
      try {
        const answer = await fetch(`${dialog.dataset.library}?${asked}`, { signal: running.signal });
        if (!answer.ok) throw new Error(answer.status);
        const html = await answer.text();
        list.querySelector(".library-more")?.remove();
        if (Number(page) > 1) list.insertAdjacentHTML("beforeend", html);
        else list.innerHTML = html;
        const count = list.querySelectorAll("[data-id]").length;
        const more = list.querySelector(".library-more") ? " and more" : "";
        status.textContent = count ? `${count} picture${count === 1 ? "" : "s"}${more}` : "";
      } catch (error) {
        if (error.name !== "AbortError") status.textContent = "The picture library could not be loaded. Try again.";
      }
    }

    function choose({ id, name, code }) {
      dialog.close();
      if (!isForCover) {
        return form.dispatchEvent(new CustomEvent("editor:insert", { detail: { ...place, text: code, isBlock: true } }));
      }
      const known = [...cover.options].find((option) => option.value === id);
      if (known) known.selected = true;
      else cover.append(new Option(name, id, true, true));
      for (const kind of ["input", "change"]) cover.dispatchEvent(new Event(kind, { bubbles: true }));
    }
  }
}
