// A file that is dropped anywhere on the page, or chosen, begins a letter at once. Without this a button does it.
(function () {
  "use strict";
  var form = document.getElementById("drop"), files = document.getElementById("files");
  var button = form.querySelector("button[type=submit]");

  function begin() {
    if (!files.files.length) { return; }
    document.getElementById("wait").hidden = false;
    form.classList.remove("over");
    form.requestSubmit();
    button.disabled = true;
  }

  function brings(event) { return Array.from(event.dataTransfer.types).includes("Files"); }

  form.querySelector("[data-drop]").hidden = false;
  files.addEventListener("change", begin);
  document.addEventListener("dragover", function (event) {
    if (brings(event)) { event.preventDefault(); form.classList.add("over"); }
  });
  document.addEventListener("dragleave", function (event) {
    if (!event.relatedTarget) { form.classList.remove("over"); }
  });
  document.addEventListener("drop", function (event) {
    if (!brings(event)) { return; }
    event.preventDefault();
    files.files = event.dataTransfer.files;
    begin();
  });
  window.addEventListener("pageshow", function () {
    document.getElementById("wait").hidden = true;
    button.disabled = false;
    form.reset();
  });
})();
