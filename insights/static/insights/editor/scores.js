/* Next step scores of the typed text; when another next step is chosen, it is announced. Without this script they are
   those of the last save. */
{
  const panel = document.querySelector("[data-scores]");
  const form = panel?.closest("form");
  if (form) {
    const names = ["title", "excerpt", "body", "pinned_step"];
    const LARGEST = 200_000; // of which the site stores nothing, and reads no more than that here
    const said = document.querySelector("[data-scores-status]");
    let timer, running, chosen = winner();
    form.addEventListener("input", (event) => {
      if (!names.includes(event.target.name)) return;
      clearTimeout(timer);
      timer = setTimeout(refresh, 500);
    });
    form.addEventListener("editor:renewed", refresh);
    async function refresh() {
      if (form.elements.body.value.length > LARGEST) return; // the line beside the buttons says so
      running?.abort();
      running = new AbortController();
      const data = new FormData();
      for (const name of names) data.append(name, form.elements[name]?.value ?? panel.dataset.pin ?? "");
      data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      try {
        const answer = await fetch(panel.dataset.scores, { method: "POST", body: data, signal: running.signal });
        if (answer.ok) show(await answer.text());
      } catch (error) {
        if (error.name !== "AbortError") console.warn(error);
      }
    }

    function winner() {
      return panel.querySelector(".decision")?.textContent.split(" ")[1] ?? ""; // “rule: newsletter (score=…”
    }

    function show(html) {
      const fresh = document.createElement("div");
      fresh.innerHTML = html;
      if (fresh.textContent === panel.textContent) return;
      panel.replaceChildren(...fresh.childNodes);
      if (winner() !== chosen) said.textContent = `Next step: ${winner()}.`;
      chosen = winner();
    }
  }
}
