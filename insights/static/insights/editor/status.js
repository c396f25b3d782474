/* What stands above the text about the article follows the first save over a text that readers have: "You are writing a
   draft of changes", and the way to discard it. Only sentences and forms without fields are replaced, never what a person
   typed. Listens to `editor:saved`. Without this script they stand as of when the page was opened. */
{
  const form = document.querySelector("#article_form");
  const above = document.querySelector("[data-above]");
  if (form && above) {
    let version = versionOf(form.elements.base.value);
    let running = false;
    form.addEventListener("editor:saved", (event) => {
      const now = versionOf(event.detail.result.base);
      const isApproved = document.querySelector("[data-standing] .state-approved");
      if (now === version && !isApproved) return;
      version = now;
      refresh();
    });

    function versionOf(base) {
      return base.split("@")[0];
    }

    async function refresh() {
      if (running || !document.querySelector("[data-standing]")) return;
      running = true;
      const answer = await fetch(form.action || location.pathname, { redirect: "manual" }).catch(() => null);
      running = false;
      if (!answer?.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const name of ["data-standing", "data-draft"]) {
        const [old, fresh] = [document.querySelector(`[${name}]`), page.querySelector(`[${name}]`)];
        if (old && fresh && old.textContent !== fresh.textContent) old.replaceWith(document.importNode(fresh, true));
      }
    }
  }
}
