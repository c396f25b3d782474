/* A link to another article, found by its title. Listens to `editor:open`, sends `editor:insert`. */
{
  const form = document.querySelector("#article_form");
  const editor = form?.elements.body;
  const dialog = document.querySelector("#article-dialog");
  if (editor && dialog) {
    const search = dialog.querySelector("[role=combobox]");
    const list = dialog.querySelector("[role=listbox]");
    const status = dialog.querySelector("[data-status]");
    let timer, running, place = {}, selected = "", articles = [], current = -1;

    form.addEventListener("editor:open", (event) => {
      if (event.detail.what !== "article") return;
      place = { from: editor.selectionStart, to: editor.selectionEnd };
      selected = editor.value.slice(editor.selectionStart, editor.selectionEnd).replace(/\s+/g, " ").trim();
      search.value = selected.length < 60 ? selected : "";
      dialog.showModal();
      search.select();
      look();
    });
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 200); });
    search.addEventListener("keydown", (event) => {
      const last = articles.length - 1;
      if (event.key === "ArrowDown") mark(current >= last ? 0 : current + 1);
      else if (event.key === "ArrowUp") mark(current <= 0 ? last : current - 1);
      else if (event.key === "Enter") choose(current);
      else return;
      event.preventDefault();
    });
    list.addEventListener("click", (event) => choose([...list.children].indexOf(event.target.closest("[role=option]"))));

    async function look() {
      running?.abort();
      running = new AbortController();
      const address = new URL(dialog.dataset.linkable, location.href);
      address.searchParams.set("q", search.value);
      try {
        const answer = await fetch(address, { signal: running.signal });
        if (!answer.ok) throw new Error(answer.status);
        show((await answer.json()).articles);
      } catch (error) {
        if (error.name !== "AbortError") status.textContent = "The search failed. Try again.";
      }
    }

    function show(found) {
      articles = found;
      list.replaceChildren(...found.map((article, number) => {
        const option = document.createElement("li");
        Object.assign(option, { id: `article-found-${number}`, role: "option" });
        const [title, more] = [document.createElement("span"), document.createElement("span")];
        title.textContent = article.title;
        more.className = "small";
        more.textContent = article.state === "Published" ? article.address : `${article.state}, not visible to readers`;
        option.append(title, more);
        return option;
      }));
      list.hidden = !found.length;
      search.setAttribute("aria-expanded", String(Boolean(found.length)));
      status.textContent = found.length ? "" : "No results.";
      mark(found.length ? 0 : -1);
    }

    function mark(number) {
      current = number;
      [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === number)));
      const option = list.children[number];
      if (option) search.setAttribute("aria-activedescendant", option.id);
      else search.removeAttribute("aria-activedescendant");
      option?.scrollIntoView({ block: "nearest" });
    }

    function choose(number) {
      const article = articles[number];
      if (!article) return;
      dialog.close();
      const words = selected || article.title.replace(/([\\[\]])/g, "\\$1");
      form.dispatchEvent(new CustomEvent("editor:insert", { detail: { ...place, text: `[${words}](${article.address})` } }));
    }
  }
}
