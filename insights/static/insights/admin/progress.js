/* While a recalculation runs, its progress on the list of next steps is fetched again every second. */
{
  const box = document.querySelector("[data-progress]");
  async function look() {
    if (!box?.querySelector("[data-running]")) return;
    try {
      const answer = await fetch(box.dataset.progress);
      if (answer.ok) box.innerHTML = await answer.text();
    } catch { /* the next request may succeed */ }
    setTimeout(look, 1000);
  }
  setTimeout(look, 1000);
}
