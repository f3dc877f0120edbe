// Copies an address or a key by one press. Without this one press on the text selects it whole.
(function () {
  "use strict";
  var status = document.getElementById("copied");

  function select(place) {
    var range = document.createRange();
    range.selectNodeContents(place);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }

  function say(button) {
    var words = button.firstChild, before = words.nodeValue;
    if (before === status.dataset.done) { return; }
    words.nodeValue = status.textContent = status.dataset.done;
    setTimeout(function () { words.nodeValue = before; status.textContent = ""; }, 2000);
  }

  document.querySelectorAll("[data-copy]").forEach(function (button) {
    button.hidden = !navigator.clipboard; // there is none where the page is not encrypted
    button.addEventListener("click", function () {
      var place = document.getElementById(button.dataset.copy);
      navigator.clipboard.writeText(place.textContent).then(function () { say(button); }, function () { select(place); });
    });
  });
})();
