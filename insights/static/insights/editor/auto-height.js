/* Title and excerpt are as high as their text, where the browser's own `field-sizing` is missing (WebKit, Firefox). */
if (!CSS.supports("field-sizing", "content")) {
  const form = document.querySelector("#article_form");
  const fields = [form?.elements.title, form?.elements.excerpt].filter(Boolean);
  for (const field of fields) field.addEventListener("input", () => fit(field));
  for (const kind of ["editor:refill", "editor:saved"]) form?.addEventListener(kind, fitAll);
  addEventListener("resize", fitAll);
  addEventListener("pageshow", fitAll);
  document.fonts?.ready.then(fitAll);
  fitAll();

  function fitAll() {
    fields.forEach(fit);
  }

  function fit(field) {
    field.style.height = "auto";
    const { borderTopWidth, borderBottomWidth } = getComputedStyle(field);
    field.style.height = `${field.scrollHeight + parseFloat(borderTopWidth) + parseFloat(borderBottomWidth)}px`;
  }
}
