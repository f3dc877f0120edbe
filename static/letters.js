// Looks again how far the sorting is. Without this the page loads itself anew.
(function () {
  "use strict";
  var card = document.getElementById("working");
  var bar = card.querySelector("progress");

  function show(name, text) { card.querySelector("[data-" + name + "]").textContent = text; }

  lookAgain(card, 1000, function (found) {
    if (found.is_over) { location.replace(location.pathname + "?said=given"); return true; }
    show("step", found.step);
    show("done", found.total ? found.done.toLocaleString(document.documentElement.lang) : "");
    show("total", found.of);
    if (found.total) { bar.max = found.total; bar.value = found.done; } else { bar.removeAttribute("value"); }
    return false;
  });
})();
