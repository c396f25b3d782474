/* What the last save refused was said of another text: it goes with the first character that is typed. */
{
  const form = document.querySelector("#article_form");
  const faults = form?.querySelector(".field-body .flex-container > .errorlist:not([data-problems])");
  if (form?.querySelector("[data-writing]") && faults) {
    form.elements.body.addEventListener("input", () => faults.remove(), { once: true });
  }
}
