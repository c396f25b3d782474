/* The queue of answers: one box for all of the page. Django's own script looks for the rows of a table, and the queue
   is a list. Without this script every answer keeps its own box, and the box for all stays hidden. */
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
    window.addEventListener("pageshow", show); /* a browser that comes back restores the boxes */
    show();
  }
}
