/* Labels for the search boxes of the admin's forms: select2 announces the choice but not the field. */
addEventListener("load", () => {
  const selects = [...document.querySelectorAll("select.admin-autocomplete")];
  for (const select of selects) {
    const [label] = select.labels;
    const box = select.nextElementSibling?.querySelector("[role=combobox]");
    if (!label || !box) continue;
    label.id ||= `${select.id}-label`;
    box.setAttribute("aria-labelledby", `${label.id} ${box.getAttribute("aria-labelledby") ?? ""}`.trim());
  }
  window.django?.jQuery?.(selects).on("select2:open", (event) => {
    const label = event.target.labels[0]?.textContent.trim().replace(/:$/, "");
    document.querySelector(".select2-container--open .select2-search__field")?.setAttribute("aria-label", `Search: ${label}`);
  });
});
