// A picker beside the field for a day and a time: what is picked is written into the field. Without this one types it.
(function () {
  "use strict";
  var field = document.getElementById("when"), picker = document.getElementById("when-picker");
  if (!field || picker.type !== "datetime-local") { return; } // nothing to plan, or a browser that knows no picker
  picker.addEventListener("input", function () {
    if (picker.value) { field.value = picker.value.slice(0, 16).replace("T", " "); }
  });
  document.getElementById("when-picked").hidden = false;
})();
