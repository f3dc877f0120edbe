// Counts down a hold and lets the counts of a sending move. Without this the page says the same when loaded again.
(function () {
  "use strict";
  var card = document.getElementById("progress");
  var clock = card.querySelector("[data-countdown]");
  // Counted from what the server said was left: the clock of this device may be wrong.
  var end = clock && performance.now() + Number(clock.dataset.countdown) * 1000;

  function tick() {
    var left = Math.max(0, Math.round((end - performance.now()) / 1000));
    clock.textContent = Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
  }

  function show(name, number) {
    card.querySelectorAll("[data-count=" + name + "]").forEach(function (place) {
      if (place.tagName === "PROGRESS") { place.value = number; } else { place.textContent = number.toLocaleString(document.documentElement.lang); }
    });
  }

  lookAgain(card, 2000, function (found) {
    if (found.state !== card.dataset.state) { location.replace(location.pathname); return true; }
    show("sent", found.sent);
    show("left", found.queued + found.sending);
    show("refused", found.refused + found.bounced);
    show("settled", found.sent + found.refused + found.bounced + found.cancelled);
    show("opened", found.opened);
    return false;
  });

  if (clock) { tick(); setInterval(tick, 250); }
})();
