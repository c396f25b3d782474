/* The moderation queue: one checkbox selects the whole page. Django's own script looks for the rows of a table, but the
   queue is a list. Without this script each comment keeps its own checkbox, and this one stays hidden. */
{
  const all = document.querySelector("[data-select-all]");
  const boxes = [...document.querySelectorAll(".queue .action-select")];
  if (all && boxes.length) {
    const show = () => {
      const chosen = boxes.filter((box) => box.checked).length;
      all.checked = chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    };
    all.closest("[hidden]").hidden = false;
    all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
    for (const box of boxes) box.addEventListener("change", show);
    window.addEventListener("pageshow", show); /* the browser's “Back” restores the checkboxes */
    show();
  }
}
