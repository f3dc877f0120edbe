// Takes a one-time link's token out of the address bar at once, and puts it where its owner's own press will send it.
(function () {
  "use strict";
  function take() {
    var secret = location.hash.slice(1);
    if (secret.length < 60) { return; } // "#main" is a place on this page
    history.replaceState(null, "", location.pathname);
    document.getElementById("token").value = secret;
    document.getElementById("by-link").hidden = false;
    document.getElementById("by-hand").hidden = true;
    document.getElementById("next").focus();
  }
  take();
  addEventListener("hashchange", take); // a link pasted into the address bar of this very page loads nothing
})();
