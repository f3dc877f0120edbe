// Reloading the page of a stop would post the file once more: it leads back to the letter. Without this it asks first.
(function () {
  "use strict";
  var again = document.querySelector("script[data-again]").dataset.again;
  window.history.replaceState(null, "", again + "?stopped"); // not that address itself: a link to it would lead nowhere
})();
