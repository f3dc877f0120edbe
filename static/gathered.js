// Lets the counts of what is being gathered move. Without this the page says the same when loaded again.
(function () {
  "use strict";
  var EVERY = 2000;
  var card = document.getElementById("gathered");

  function look() {
    if (document.hidden) { setTimeout(look, EVERY); return; }
    fetch(card.dataset.progress, { redirect: "manual" }).then(function (answer) {
      if (answer.type === "opaqueredirect") { location.reload(); return null; } // signed out meanwhile
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.json();
    }).then(function (found) {
      if (!found) { return; }
      card.querySelector("[data-lost]").hidden = true;
      if (found.standing !== card.dataset.standing) { location.replace(location.pathname); return; }
      card.querySelectorAll("[data-live]").forEach(function (place) {
        var words = found[place.dataset.live];
        if (words && words !== place.textContent) { place.textContent = words; }
      });
      setTimeout(look, EVERY);
    }).catch(function () {
      card.querySelector("[data-lost]").hidden = false;
      setTimeout(look, 5 * EVERY);
    });
  }

  setTimeout(look, EVERY);
})();
