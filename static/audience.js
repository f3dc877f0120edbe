// Shows the choices that belong to the audience that is ticked. Without this all of them stand there.
(function () {
  "use strict";
  var form = document.getElementById("write");

  // What is not shown is not sent: a hidden tick would be an answer nobody gave.
  function open() {
    var whom = form.querySelector("input[name=audience]:checked");
    ["part", "children"].forEach(function (kind) {
      var hidden = !whom || whom.value !== kind;
      var under = form.querySelector("." + kind);
      under.hidden = hidden;
      under.querySelectorAll("input, textarea").forEach(function (field) { field.disabled = hidden; });
    });
  }

  form.addEventListener("change", open);
  window.addEventListener("pageshow", open);
  open();
})();
