/* The focal point of a picture, set by a click on it or in the number fields. Beside it, how the site crops the picture
   on a card, in a portrait and across a page. */
{
  const [across, down] = ["x", "y"].map((axis) => document.querySelector(`input[name=focal_${axis}]`));
  const picture = document.querySelector("img.shown");
  if (across && down && picture) {
    const frame = document.createElement("div");
    frame.className = "focus-frame";
    const [width, height] = ["width", "height"].map((side) => Number(picture.getAttribute(side)));
    frame.style.setProperty("--width", `${width}px`);
    frame.style.setProperty("--ratio", width / height);
    (picture.closest("picture") ?? picture).before(frame);
    const mark = document.createElement("span");
    mark.className = "focus-mark";
    frame.append(picture.closest("picture") ?? picture, mark);
    const crops = document.createElement("p");
    crops.className = "focus-crops";
    crops.setAttribute("aria-hidden", "true");
    for (const shape of ["card", "portrait", "band"]) {
      const part = new Image();
      part.src = picture.currentSrc || picture.src;
      part.alt = "";
      part.className = shape;
      crops.append(part);
    }
    frame.after(crops);
    const hint = document.createElement("p");
    hint.className = "help";
    hint.textContent = "Click the part to keep when the picture is cropped.";
    frame.before(hint);

    picture.addEventListener("click", (event) => {
      const box = picture.getBoundingClientRect();
      across.value = share(event.clientX - box.left, box.width);
      down.value = share(event.clientY - box.top, box.height);
      show();
    });
    for (const field of [across, down]) field.addEventListener("input", show);
    show();

    function share(part, whole) {
      return Math.min(1, Math.max(0, part / whole)).toFixed(3);
    }

    function show() {
      const [x, y] = [across, down].map((field) => `${100 * Math.min(1, Math.max(0, Number(field.value) || 0))}%`);
      mark.style.left = x;
      mark.style.top = y;
      for (const part of crops.children) part.style.objectPosition = `${x} ${y}`;
    }
  }
}
