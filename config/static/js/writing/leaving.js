/* Leaving with unsaved text asks; and what the last save refused was said of another text. */
{
  const form = document.querySelector("#article_form");
  const faults = form?.querySelector(".field-body .flex-container > .errorlist:not([data-problems])");
  if (form?.querySelector("[data-writing]")) {
    let touched = Boolean(document.querySelector(".errornote:not([hidden])"));
    form.addEventListener("input", () => { touched = true; });
    form.addEventListener("submit", () => { touched = false; });
    window.addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
    if (faults) form.elements.body.addEventListener("input", () => faults.remove(), { once: true });
  }
}
