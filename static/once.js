// Back leads from a letter to its own form, and not to an empty one, which would make a second letter of it.
// A new form and the page that answers it meet in this tab's memory. Without this the browser shows an empty form.
(function () {
  "use strict";
  var memory = window.sessionStorage, state = window.history.state || {};
  var here = document.querySelector("script[data-letter]");

  function lead() { // to the letter that this form has become
    var letter = memory.getItem("letter " + state.form);
    if (letter) { window.location.replace(letter); }
  }

  if (here) {
    var sent = JSON.parse(memory.getItem("sent") || "{}");
    if (sent.from && sent.from === document.referrer) { memory.setItem("letter " + sent.form, here.dataset.letter); }
    memory.removeItem("sent");
  } else if (/\/mailings\/new(\/each)?$|\/begun\/[0-9a-f]+$/.test(window.location.pathname)) {
    if (!state.form) {
      state.form = Array.from(window.crypto.getRandomValues(new Uint32Array(4)), String).join("-");
      window.history.replaceState(state, "");
    }
    document.getElementById("write").addEventListener("submit", function () {
      memory.setItem("sent", JSON.stringify({ form: state.form, from: window.location.href.split("#")[0] }));
    });
    window.addEventListener("pageshow", lead);
  }
})();
