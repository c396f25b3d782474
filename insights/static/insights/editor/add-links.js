// Adds a category or an author in a window of its own ([data-adds], see insights/editor/add_links.py).
// Django's RelatedObjectLookups.js opens the window and puts the new row into the list that the link's id names. This
// script names the list before that: for authors the first empty one. Afterwards it sends native events, since other
// scripts do not receive those of Django's jQuery.
(() => {
  "use strict";
  const name = (event) => {
    const link = event.target.closest("[data-adds]");
    if (!link) return;
    const lists = [...document.querySelectorAll(`select[id^="id_${link.dataset.adds}"]`)];
    const list = lists.find((one) => !one.value) || lists.at(-1);
    if (list) link.id = `add_${list.id}`;
  };
  document.addEventListener("click", name, true);
  const jQuery = window.django && window.django.jQuery;
  if (!jQuery) return;
  jQuery(document).on("change", "#id_category, [id^=id_authors_]", (event) => {
    if (!event.originalEvent) for (const kind of ["input", "change"]) event.target.dispatchEvent(new Event(kind, { bubbles: true }));
  });
})();
