/* While the field "Publish at" has a future time, the button says "Schedule". Field and clock are in the site's time
   zone. Without this script the button says "Publish". */
{
  const field = document.querySelector("#article_form [name=publish_at]");
  const button = document.querySelector("#article_form [data-publish]");
  if (field && button) {
    const publish = button.value;
    const clock = new Intl.DateTimeFormat("sv-SE", {
      timeZone: field.dataset.zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
    });
    const tell = () => {
      const isToCome = field.value.slice(0, 16) > clock.format(new Date()).replace(" ", "T");
      button.value = isToCome ? publish.replace("Publish", "Schedule") : publish;
    };
    field.addEventListener("input", tell);
    field.addEventListener("change", tell);
    addEventListener("pageshow", tell);
    tell();
  }
}
