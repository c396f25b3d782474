/* Text and page scroll together: what is in view on one side is in view on the other.

   Each block of the page names the line that it comes from (`data-line`); where that line stands in the text is
   measured in a twin of the text area, since lines wrap. Between two blocks one goes on evenly. The page is checked on
   each animation frame, since WebKit sends no events from a frame without scripts. Listens to `editor:page`. */
{
  const form = document.querySelector("#article_form");
  const editor = form?.elements.body;
  const frame = document.querySelector("[data-frame] iframe");
  if (editor && frame) {
    const SHAPE = [
      "fontFamily", "fontSize", "fontSizeAdjust", "fontStyle", "fontVariantNumeric", "fontWeight", "letterSpacing",
      "lineHeight", "paddingLeft", "paddingRight", "paddingTop", "tabSize", "wordSpacing",
    ];
    const twin = document.createElement("div");
    twin.className = "twin";
    twin.setAttribute("aria-hidden", "true");
    editor.after(twin);
    let places; // [y in the text, y in the page], rising; null: to be measured again
    let seen = [null, 0]; // the frame's document, and where it stood when it was last looked at
    const awaited = new Map(); // scroller → where we scrolled it ourselves

    for (const kind of ["input", "editor:page"]) form.addEventListener(kind, () => { places = null; });
    new ResizeObserver(() => { places = null; }).observe(editor);
    editor.addEventListener("scroll", () => follow(editor, page(), 0, 1));
    watch();

    function watch() {
      requestAnimationFrame(watch);
      const scroller = frame.closest("[hidden]") ? null : page();
      if (!scroller || (seen[0] === scroller && seen[1] === scroller.scrollTop)) return;
      const isSame = seen[0] === scroller;
      seen = [scroller, scroller.scrollTop];
      if (isSame) follow(scroller, editor, 1, 0);
    }

    function page() {
      return frame.contentDocument?.scrollingElement;
    }

    function follow(from, to, mine, other) {
      if (!from || !to || frame.closest("[hidden]")) return;
      const expected = awaited.get(from);
      awaited.delete(from);
      if (expected !== undefined && Math.abs(expected - from.scrollTop) < 2) return;
      places ??= measure();
      const room = from.scrollHeight - from.clientHeight;
      if (room <= 0) return;
      /* The point looked at moves from the upper edge to the lower as one goes from the beginning to the end. */
      const point = from.scrollTop + (from.scrollTop / room) * from.clientHeight;
      const wanted = between(places, point, mine, other);
      const theirRoom = to.scrollHeight - to.clientHeight;
      const goal = Math.round(theirRoom <= 0 ? 0 : wanted / (1 + to.clientHeight / theirRoom));
      if (Math.abs(goal - to.scrollTop) < 1) return;
      to.scrollTop = goal;
      awaited.set(to, to.scrollTop);
    }

    function between(places, point, mine, other) {
      let at = places.findIndex((place) => place[mine] > point);
      if (at < 0) at = places.length - 1;
      const [before, after] = [places[Math.max(0, at - 1)], places[at]];
      const span = after[mine] - before[mine];
      return before[other] + (span > 0 ? (point - before[mine]) / span : 0) * (after[other] - before[other]);
    }

    function measure() {
      const top = page().scrollTop;
      const blocks = [...frame.contentDocument.querySelectorAll("[data-line]")];
      const tops = textTops(new Set(blocks.map((block) => Number(block.dataset.line))));
      /* What stands above the text on the page passes by within the first third of a screen of text. */
      const least = editor.clientHeight / 3;
      const found = [[0, 0]];
      for (const block of blocks) {
        const pair = [tops.get(Number(block.dataset.line)), block.getBoundingClientRect().top + top];
        const last = found.at(-1);
        if (pair[0] > Math.max(last[0], least) && pair[1] > last[1]) found.push(pair);
      }
      const end = [editor.scrollHeight, page().scrollHeight];
      while (found.length > 1 && (found.at(-1)[0] >= end[0] || found.at(-1)[1] >= end[1])) found.pop();
      return [...found, end];
    }

    /* Where lines begin in the text area, in pixels from the top of its content. */
    function textTops(wanted) {
      const style = getComputedStyle(editor);
      for (const name of SHAPE) twin.style[name] = style[name];
      twin.style.width = `${editor.clientWidth}px`;
      const marks = new Map();
      let waiting = [];
      const pieces = [];
      editor.value.split("\n").forEach((line, number) => {
        if (wanted.has(number)) {
          const mark = document.createElement("span");
          marks.set(number, mark);
          pieces.push(waiting.join(""), mark);
          waiting = [];
        }
        waiting.push(`${line}\n`);
      });
      twin.replaceChildren(...pieces, waiting.join(""));
      const tops = new Map([...marks].map(([number, mark]) => [number, mark.offsetTop]));
      twin.replaceChildren();
      return tops;
    }
  }
}
