// Lets the counts of what is being gathered move. Without this the page says the same when loaded again.
(function () {
  "use strict";
  var card = document.getElementById("gathered");

  lookAgain(card, 2000, function (found) {
    if (found.standing !== card.dataset.standing) { location.replace(location.pathname); return true; }
    card.querySelectorAll("[data-live]").forEach(function (place) {
      var words = found[place.dataset.live];
      if (words && words !== place.textContent) { place.textContent = words; }
    });
    return false;
  });
})();
