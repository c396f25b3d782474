/* While a future time stands in the field, the button says what it does then: "Schedule". The field is in the
   publication's zone, and so is the clock it is held against. Without this script the button says "Publish". */
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
