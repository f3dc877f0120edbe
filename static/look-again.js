// Asks again how far something is, at the address in data-progress of a card, as long as its page is looked at.
// `show` is given what is answered, and returns true when there is nothing more to ask.
function lookAgain(card, every, show) {
  "use strict";
  var lost = card.querySelector("[data-lost]");

  function look() {
    if (document.hidden) { setTimeout(look, every); return; }
    fetch(card.dataset.progress, { redirect: "manual" }).then(function (answer) {
      if (answer.type === "opaqueredirect") { location.reload(); return null; } // signed out meanwhile
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.json();
    }).then(function (found) {
      if (!found) { return; }
      lost.hidden = true;
      if (!show(found)) { setTimeout(look, every); }
    }).catch(function () {
      lost.hidden = false;
      setTimeout(look, 5 * every);
    });
  }

  setTimeout(look, every);
}
