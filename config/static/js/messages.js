/* On every page of the admin: messages are shown where the page was opened, and a fragment is used once.

   A link to a place ("See the checks") leaves its fragment in the URL, and each later save would land there, with its
   message far above. Without this script the messages are at the top of the page. */
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
