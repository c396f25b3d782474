/* A review decision names the text that was read. Text that this page autosaved meanwhile (then the form's `base` is
   newer) was written by the reviewer, and so was read. */
{
  const base = document.querySelector("#article_form [name=base]");
  for (const form of document.querySelectorAll("form[data-review-action]")) {
    form.addEventListener("submit", () => {
      if (base?.value) form.elements.seen.value = base.value;
    });
  }
}
