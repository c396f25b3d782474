/* A decision on a text names the text that was read. What the page itself stored meanwhile (autosave follows it in
   the form's `base`) was written by the person who decides, and so was read. */
{
  const base = document.querySelector("#article_form [name=base]");
  for (const form of document.querySelectorAll("form[data-review-action]")) {
    form.addEventListener("submit", () => {
      if (base?.value) form.elements.seen.value = base.value;
    });
  }
}
