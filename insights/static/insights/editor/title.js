/* The title has no line breaks, though it may wrap: Enter moves to the next field. */
{
  const form = document.querySelector("#article_form");
  form?.elements.title?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    (form.elements.excerpt ?? form.elements.body)?.focus();
  });
}
