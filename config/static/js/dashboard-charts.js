// A chart shows a bar's number on pointer and keyboard: the arrow keys move through the days, Home and End to the ends.
(() => {
  for (const plot of document.querySelectorAll(".plot")) {
    const svg = plot.querySelector("svg"), reading = plot.querySelector(".reading");
    const bars = [...svg.querySelectorAll("g")], rest = reading.textContent;
    let at = -1;
    const show = (place) => {
      bars[at]?.classList.remove("on");
      at = place;
      bars[at]?.classList.add("on");
      reading.textContent = at < 0 ? rest : `${bars[at].querySelector("title").textContent}.`;
    };
    svg.tabIndex = 0;
    bars.forEach((bar, place) => bar.addEventListener("pointerenter", () => show(place)));
    svg.addEventListener("pointerleave", () => show(-1));
    svg.addEventListener("focus", () => { if (at < 0) show(bars.length - 1); });
    svg.addEventListener("blur", () => show(-1));
    svg.addEventListener("keydown", (event) => {
      const last = bars.length - 1;
      const places = { ArrowLeft: Math.max(0, at - 1), ArrowRight: Math.min(last, at + 1), Home: 0, End: last };
      if (!(event.key in places) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      show(places[event.key]);
    });
  }
})();
