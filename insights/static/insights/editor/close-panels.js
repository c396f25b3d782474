/* Escape closes open dialogs and panels, wherever the focus is in them (WebKit's search fields consume that key); a
   click elsewhere closes the panels of the bar. Typed text stays. Without this script their buttons close them. */
{
  const panels = () => document.querySelectorAll(".bar-actions details[open]");
  for (const dialog of document.querySelectorAll("dialog.editor-dialog")) {
    dialog.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      event.preventDefault();
      if (dialog.dispatchEvent(new Event("cancel", { cancelable: true }))) dialog.close();
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || document.querySelector("dialog[open]")) return;
    for (const panel of panels()) {
      if (panel.contains(document.activeElement)) panel.querySelector("summary").focus();
      panel.open = false;
    }
  });
  document.addEventListener("pointerdown", (event) => {
    for (const panel of panels()) if (!panel.contains(event.target)) panel.open = false;
  });
  window.addEventListener("blur", () => { // a press into the frame beside the text sends no event here
    if (document.activeElement?.tagName === "IFRAME") for (const panel of panels()) panel.open = false;
  });
}
