// Takes the secret out of the address bar at once, and puts it where the family's own press will send it.
(function () {
  "use strict";
  function take() {
    var escaped = /^\/o%23(.+)$/i.exec(location.pathname); // some mail programs escape the mark of the fragment
    var secret = location.hash.slice(1) || (escaped ? escaped[1] : "");
    if (secret.length < 40) { return; } // "#main" is a place on this page
    history.replaceState(null, "", "/o");
    document.getElementById("token").value = secret;
    document.getElementById("by-link").hidden = false;
    document.getElementById("by-code").hidden = true;
    document.getElementById("open").focus();
    // Another language loads this page anew: a redirect hands the fragment on, and no server ever sees one.
    document.getElementById("languages").action = "/language#" + secret;
  }
  take();
  addEventListener("hashchange", take); // a link pasted into the address bar of this very page
})();
