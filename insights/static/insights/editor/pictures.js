/* Pictures for the text, pasted, dropped or chosen: a dialog asks for the texts of each one and uploads it.

   It shows the progress of the upload; after an error the file and the typed texts stay for another try. Listens to
   `editor:open`, sends `editor:insert` (insert.js). Without this script pictures are uploaded on the admin's picture
   page. */
{
  const form = document.querySelector("#article_form");
  const editor = form?.elements.body;
  const dialog = document.querySelector("#picture-dialog");
  if (editor && dialog) {
    const asked = dialog.querySelector("form");
    const [alt, caption, credit] = ["alt", "caption", "credit"].map((name) => dialog.querySelector(`#picture-${name}`));
    const complaint = dialog.querySelector("[role=alert]");
    const sending = dialog.querySelector("[data-sending]");
    const [progress, sent] = [sending.querySelector("progress"), sending.querySelector("[data-sent]")];
    const submit = dialog.querySelector("[type=submit]");
    const NO_ALT = "Alt text is missing. Describe the picture.";
    const AWAY = "No connection. Your picture and its texts are still here. Try again.";
    const waiting = [];
    const [canvas, known] = ["chosen", "known"].map((name) => dialog.querySelector(`[data-${name}]`));
    let file, running, refused = "", place = {};

    const chooser = document.createElement("input");
    Object.assign(chooser, { type: "file", accept: "image/png,image/jpeg,image/gif,image/webp", multiple: true, hidden: true });
    form.after(chooser);
    chooser.addEventListener("change", () => { take(chooser.files); chooser.value = ""; });
    form.addEventListener("editor:open", (event) => { if (event.detail.what === "picture") chooser.click(); });

    editor.addEventListener("paste", (event) => {
      const { files } = event.clipboardData;
      /* Word puts a picture of the text beside the text itself. */
      if (!files.length || event.clipboardData.getData("text/plain").trim()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      take(files);
    });
    for (const kind of ["dragenter", "dragover"]) {
      editor.addEventListener(kind, (event) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        editor.classList.add("is-target");
      });
    }
    editor.addEventListener("dragleave", () => editor.classList.remove("is-target"));
    editor.addEventListener("drop", (event) => {
      editor.classList.remove("is-target");
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      take(event.dataTransfer.files);
    });

    function take(files) {
      waiting.push(...files);
      if (!dialog.open) next();
      else tellQueue();
    }

    function next() {
      file = waiting.shift();
      refused = "";
      canvas.hidden = known.hidden = true;
      if (!file) {
        dialog.close();
        return editor.focus();
      }
      for (const field of [alt, caption, credit]) field.value = "";
      dialog.querySelector("[data-name]").textContent = file.name;
      submit.textContent = "Insert picture";
      tellQueue();
      complain("");
      place = { from: editor.selectionStart, to: editor.selectionEnd };
      if (!dialog.open) dialog.showModal();
      alt.focus();
      look(file);
    }

    function tellQueue() {
      const left = waiting.length;
      dialog.querySelector("[data-queue]").textContent = left ? `(${left} more after this one)` : "";
    }

    function complain(words) {
      complaint.textContent = words;
      complaint.hidden = !words;
      alt.setAttribute("aria-invalid", String(words === NO_ALT));
    }

    /* The file is checked before anything is typed (picture-choice.js); the server checks it again. */
    async function look(chosen) {
      const why = (await pictureChoice.refusal(chosen)) || (await pictureChoice.draw(chosen, canvas));
      if (chosen !== file) return;
      refused = why;
      if (why) {
        canvas.hidden = true;
        return complain(why);
      }
      const earlier = await pictureChoice.known(chosen);
      if (chosen !== file || !earlier) return;
      known.querySelector("[data-known-alt]").textContent = earlier.alt;
      known.hidden = false;
      known.querySelector("button").onclick = () => insert(earlier.code);
    }

    function insert(code) {
      dialog.close(); // while it is open, the text cannot be changed
      form.dispatchEvent(new CustomEvent("editor:insert", { detail: { ...place, text: code, isBlock: true } }));
      next();
    }

    asked.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (running) return;
      if (refused) return complain(refused);
      if (!alt.value.trim()) {
        complain(NO_ALT);
        return alt.focus();
      }
      complain("");
      try {
        insert(await upload());
      } catch (error) {
        if (!error) return; // canceled
        complain(error.message);
        submit.textContent = "Try again";
        submit.focus();
      }
    });
    dialog.querySelector("[data-cancel]").addEventListener("click", leaveOut);
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); leaveOut(); });

    function leaveOut() {
      running?.abort();
      next();
    }

    /* The Markdown of the stored picture; an Error with a sentence, or nothing if it was canceled. */
    function upload() {
      const data = new FormData();
      data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      data.append("image", file);
      for (const [name, field] of Object.entries({ alt, caption, credit })) data.append(name, field.value);
      return new Promise((done, failed) => {
        const request = running = new XMLHttpRequest();
        request.open("POST", editor.getAttribute("data-markdownx-upload-urls-path"));
        request.responseType = "json";
        request.setRequestHeader("Accept", "application/json"); // also from what fails around the view
        request.upload.addEventListener("progress", (event) => {
          const share = event.lengthComputable ? Math.round((100 * event.loaded) / event.total) : 0;
          progress.value = share;
          sent.textContent = share < 100 ? `Uploading… ${share}%` : "Uploaded. Processing…";
        });
        request.addEventListener("load", () => {
          const result = request.response;
          if (request.status === 200 && result?.image_code) return done(result.image_code);
          const lost = request.status === 403 ? "You may have been logged out. Log in in another tab, then try again." : "";
          failed(new Error(result?.error ?? (lost || "The picture could not be uploaded. Try again.")));
        });
        request.addEventListener("error", () => failed(new Error(AWAY)));
        request.addEventListener("abort", () => failed(null));
        request.addEventListener("loadend", () => { running = null; sending.hidden = true; });
        progress.value = 0;
        sent.textContent = "Uploading…";
        sending.hidden = false;
        request.send(data);
      });
    }
  }
}
