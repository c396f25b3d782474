/* Check a picture file as soon as it is chosen, before anything is typed: say why the site would refuse it, show a
   thumbnail, and find an earlier upload of the same file. The server checks all of it again. `pictureChoice` is used by
   editor/pictures.js as well. */
{
  const MOST = 10 * 1024 * 1024, MOST_PIXELS = 16e6, SIDE = 160;
  const NEXT = "Upload a PNG, JPEG, GIF or WebP file.";
  const TAKEN = /^(\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP)/s;
  const OTHERS = [
    [/^(\xef\xbb\xbf)?\s*(<[?!].*)?<svg[\s>/]/s, "an SVG drawing"], [/^....ftypavi[fs]/s, "an AVIF picture"],
    [/^....ftyp(hei|hev|mif1|msf1)/s, "a HEIC picture"], [/^(II\*\0|MM\0\*)/, "a TIFF picture"], [/^BM/, "a BMP picture"],
    [/^%PDF/, "a PDF"], [/^8BPS/, "a Photoshop file"], [/^(\xff\x0a|\0\0\0\x0cJXL )/, "a JPEG XL picture"],
    [/^\0\0\x01\0/, "an icon"], [/^....ftyp/s, "a video"],
  ];

  /* A sentence, or nothing. */
  async function refusal(file) {
    if (file.size > MOST) return `The picture is ${(file.size / 1024 ** 2).toFixed(1)} MB; the limit is 10 MB. Upload a smaller one.`;
    const head = String.fromCharCode(...new Uint8Array(await file.slice(0, 4096).arrayBuffer()));
    if (TAKEN.test(head)) return "";
    const found = OTHERS.find(([pattern]) => pattern.test(head))?.[1];
    return found ? `This is ${found}, which is not supported. ${NEXT}` : `This file is not a supported picture, or it is damaged. ${NEXT}`;
  }

  /* Draw the picture into a canvas; a sentence where it cannot be read or has too many pixels. */
  async function draw(file, canvas) {
    canvas.hidden = true;
    let bitmap;
    try {
      bitmap = await createImageBitmap(file);
    } catch {
      return ""; // the server checks it again
    }
    const { width, height } = bitmap, share = Math.min(1, SIDE / Math.max(width, height));
    [canvas.width, canvas.height] = [width, height].map((side) => Math.max(1, Math.round(side * share)));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    canvas.hidden = false;
    return width * height > MOST_PIXELS ? "The picture has more than 16 megapixels. Upload a smaller one." : "";
  }

  /* An earlier upload of the same bytes: its entry of the library, or nothing. */
  async function known(file) {
    const url = document.querySelector("[data-library-url]")?.dataset.libraryUrl;
    if (!url || !globalThis.crypto?.subtle || file.size > MOST) return null;
    try {
      const hash = [...new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()))];
      const answer = await fetch(`${url}?sha256=${hash.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`);
      if (!answer.ok) return null;
      const entry = document.createElement("template");
      entry.innerHTML = await answer.text();
      const button = entry.content.querySelector("[data-id]");
      return button && { ...button.dataset, alt: button.textContent.trim(), page: entry.content.querySelector("[data-page-of]")?.getAttribute("href") };
    } catch {
      return null; // no connection: the upload will say so
    }
  }

  globalThis.pictureChoice = { refusal, draw, known };

  for (const input of document.querySelectorAll("input[type=file][data-library-url]")) {
    const canvas = Object.assign(document.createElement("canvas"), { className: "chosen", hidden: true });
    const words = Object.assign(document.createElement("p"), { className: "errornote", hidden: true });
    const note = Object.assign(document.createElement("p"), { className: "help", hidden: true });
    words.setAttribute("role", "alert");
    note.setAttribute("role", "status");
    canvas.setAttribute("aria-hidden", "true");
    input.after(canvas, words, note);
    let isCleared = false;
    input.addEventListener("change", async () => {
      if (isCleared) return;
      const file = input.files[0];
      for (const part of [canvas, words, note]) part.hidden = true;
      if (!file) return;
      const why = (await refusal(file)) || (await draw(file, canvas));
      const earlier = why ? null : await known(file);
      if (input.files[0] !== file) return;
      words.textContent = why;
      words.hidden = !why;
      if (why) {
        input.value = "";
        isCleared = true;
        input.dispatchEvent(new Event("change", { bubbles: true })); // for the other scripts
        isCleared = false;
        canvas.hidden = true;
      }
      if (!earlier) return;
      const link = Object.assign(document.createElement("a"), { href: earlier.page, target: "_blank", textContent: earlier.name });
      note.replaceChildren("This file was uploaded before: ", link, ". You can use that picture instead of uploading it again.");
      note.hidden = false;
    });
  }
}
