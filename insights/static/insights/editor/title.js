/* The title is one line, shown on as many as it takes: Enter goes on to the next field, as a hand expects of a title. */
{
  const form = document.querySelector("#article_form");
  form?.elements.title?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    (form.elements.excerpt ?? form.elements.body)?.focus();
  });
}
