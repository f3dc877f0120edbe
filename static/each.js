// Says back what was chosen and shows the questions that belong to it. Without this all of them stand there.
(function () {
  "use strict";
  function by(id) { return document.getElementById(id); }
  var form = by("write"), files = by("files"), folder = by("folder"), said = by("files-said");
  var button = form.querySelector("button[type=submit]"), brought = form.dataset.brought; // a file that is there already

  function show(kind, value) {
    form.querySelectorAll("[data-" + kind + "]").forEach(function (part) {
      var hidden = part.dataset[kind] !== value;
      part.hidden = hidden;
      part.querySelectorAll("input, textarea").forEach(function (field) { field.disabled = hidden; });
    });
  }

  function wayOf(chosen) {
    if (!chosen.length) { return ""; }
    return chosen.length === 1 && /\.pdf$/i.test(chosen[0].name) ? "split" : "files";
  }

  function inWords(chosen) {
    var total = chosen.reduce(function (sum, one) { return sum + one.size; }, 0);
    if (chosen.length > Number(files.dataset.mostFiles)) { return "These are too many files at once. Put them into a zip and choose that."; }
    if (total > Number(files.dataset.most)) { return "This is larger than 2 GB, which is the most."; }
    if (!chosen.length) { return ""; }
    if (wayOf(chosen) === "split") { return "One PDF. It is cut into a letter for each child, by the number or name on its pages."; }
    if (chosen.length === 1 && /\.zip$/i.test(chosen[0].name)) { return "A zip. Each file in it goes to the child whose number stands in its name, or who is named in it."; }
    if (chosen.length === 1) { return "One file. It goes to the child whose number stands in its name, or who is named in it."; }
    return chosen.length.toLocaleString("en") + " files. Each goes to the child whose number stands in its name, or who is named in it.";
  }

  function look() {
    var made = form.querySelector("input[name=made]:checked").value;
    var chosen = Array.from(files.files).concat(Array.from(folder.files));
    var words = inWords(chosen);
    var wrong = /^Th/.test(words);
    show("made", made);
    if (made === "files") { show("way", wayOf(chosen.length || !brought ? chosen : [{ name: brought }])); }
    said.textContent = words;
    said.classList.toggle("fault", wrong);
    files.setCustomValidity(wrong ? words : "");
    files.required = made === "files" && !folder.files.length && !brought;
  }

  form.addEventListener("change", look);
  form.addEventListener("submit", function () {
    by("wait").hidden = false;
    button.disabled = true;
  });
  window.addEventListener("pageshow", function () {
    by("wait").hidden = true;
    button.disabled = false;
    look();
  });
  look();
})();
