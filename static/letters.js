// Looks again how far the sorting is. Without this the page loads itself anew.
(function () {
  "use strict";
  var EVERY = 1000;
  var card = document.getElementById("working");
  var bar = card.querySelector("progress");

  function show(name, text) { card.querySelector("[data-" + name + "]").textContent = text; }

  function look() {
    if (document.hidden) { setTimeout(look, EVERY); return; }
    fetch(card.dataset.progress, { redirect: "manual" }).then(function (answer) {
      if (answer.type === "opaqueredirect") { location.reload(); return null; } // signed out meanwhile
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.json();
    }).then(function (found) {
      if (!found) { return; }
      if (found.is_over) { location.replace(location.pathname + "?said=given"); return; }
      card.querySelector("[data-lost]").hidden = true;
      show("step", found.step);
      show("done", found.total ? found.done.toLocaleString(document.documentElement.lang) : "");
      show("total", found.of);
      if (found.total) { bar.max = found.total; bar.value = found.done; } else { bar.removeAttribute("value"); }
      setTimeout(look, EVERY);
    }).catch(function () {
      card.querySelector("[data-lost]").hidden = false;
      setTimeout(look, 5 * EVERY);
    });
  }

  setTimeout(look, EVERY);
})();
