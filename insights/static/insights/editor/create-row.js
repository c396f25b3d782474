/* After a new article was created: add the parts of an existing article (breadcrumb, tools, status, preview links)
   without a reload. Going back to the form that created it redirects to the article, so that it is not created twice.
   Listens to `editor:made`, sends `editor:ready`. Without this script the parts appear on the next page. */
{
  const form = document.querySelector("#article_form");
  const above = document.querySelector("[data-above]");
  if (form && above && !above.dataset.article) start(form, above);

  function start(form, above) {
    form.addEventListener("editor:made", bringTheRest);
    window.addEventListener("pageshow", (event) => { if (event.persisted && !above.dataset.article) goOn(form.elements.tab.value); });
    const before = history.state?.tab; // the page that stood at this place of the browser's history
    history.replaceState({ ...history.state, tab: form.elements.tab.value }, "");
    if (before) goOn(before);

    async function goOn(tab) {
      above.dataset.waits = "";
      try {
        const answer = await fetch(`${above.dataset.ask}?tab=${tab}`, { headers: { Accept: "application/json" }, redirect: "manual" });
        const made = answer.ok ? (await answer.json()).stored : null;
        if (made) {
          above.dataset.leaving = "";
          return location.replace(made.form);
        }
      } catch { /* then it stays, and the site knows the tab */ }
      delete above.dataset.waits;
      form.dispatchEvent(new CustomEvent("editor:ready"));
    }

    async function bringTheRest() {
      const answer = await fetch(form.action, { redirect: "manual" }).catch(() => null);
      if (!answer?.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const panel = [...form.querySelectorAll(".submit-row .panel")].at(-1);
      bring(page, ".breadcrumbs", () => {});
      bring(page, ".titles", () => {});
      bring(page, ".object-tools", (tools) => document.querySelector(".titles").after(tools));
      bring(page, ".standing", (standing) => above.before(standing));
      bring(page, ".below-form", (below) => document.querySelector("#content-main").after(below));
      if (panel) bring(page, ".submit-row .deletelink", (link) => panel.append(link));
      document.title = page.title;
    }

    function bring(page, selector, place) {
      const [old, fresh] = [document.querySelector(selector), page.querySelector(selector)];
      if (!fresh) return;
      const mine = document.importNode(fresh, true);
      if (old) old.replaceWith(mine);
      else place(mine);
    }
  }
}
