/* The body's errors from the last save disappear with the first typed character, since the text has changed. */
{
  const form = document.querySelector("#article_form");
  const faults = form?.querySelector(".field-body .flex-container > .errorlist:not([data-problems])");
  if (form?.querySelector("[data-writing]") && faults) {
    form.elements.body.addEventListener("input", () => faults.remove(), { once: true });
  }
}
