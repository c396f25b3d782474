/* On every page of the admin: a message stands where the page was opened, and a fragment is used once.

   A link within the page ("see below") or to a place of another one leaves its fragment in the URL, and each later save
   would land there, with its message far above. Without this script the message stands at the top of the page. */
{
  addEventListener("hashchange", () => setTimeout(drop)); // once the browser has gone there
  addEventListener("load", () => {
    const target = location.hash.length > 1 && document.getElementById(decoded(location.hash.slice(1)));
    const list = document.querySelector(".messagelist");
    drop();
    if (!target || !list) return;
    (target.closest("section, fieldset, .form-row") ?? target).before(list);
    list.scrollIntoView({ block: "start" });
  });

  function drop() {
    if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
  }

  function decoded(name) {
    try {
      return decodeURIComponent(name);
    } catch {
      return name;
    }
  }
}
