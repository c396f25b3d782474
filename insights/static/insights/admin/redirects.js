/* The form of a redirect shows only the field of its kind of target. Without this script it shows all of them. */
{
  const kind = document.querySelector("#redirect_form [name=kind]");
  if (kind) {
    const kinds = [...kind.options].map((option) => option.value).filter(Boolean);
    const show = () => {
      for (const name of kinds) {
        const row = document.querySelector(`.form-row.field-${name}`);
        if (row) row.hidden = kind.value !== name && Boolean(kind.value);
      }
    };
    kind.addEventListener("change", show);
    show();
  }
}
