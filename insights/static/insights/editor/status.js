/* Update the article's status above the text after the first save over a published version: "You are editing a draft",
   and the button "Discard draft". Only sentences and forms without fields are replaced, never typed text. Listens to
   `editor:saved`. Without this script the status is that of the time when the page was opened. */
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
