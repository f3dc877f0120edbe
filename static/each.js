// Says back what was chosen and shows the questions that belong to it. Without this all of them stand there.
(function () {
  "use strict";
  function by(id) { return document.getElementById(id); }
  var form = by("write"), files = by("files"), folder = by("folder"), said = by("files-said");
  var words = JSON.parse(form.dataset.words);
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
    if (chosen.length > Number(files.dataset.mostFiles)) { return words.too_many; }
    if (total > Number(files.dataset.most)) { return words.too_large; }
    if (!chosen.length) { return ""; }
    if (wayOf(chosen) === "split") { return words.split; }
    if (chosen.length === 1 && /\.zip$/i.test(chosen[0].name)) { return words.zip; }
    if (chosen.length === 1) { return words.one; }
    return words.many.replace("{number}", chosen.length.toLocaleString(document.documentElement.lang));
  }

  function look() {
    var made = form.querySelector("input[name=made]:checked").value;
    var chosen = Array.from(files.files).concat(Array.from(folder.files));
    var text = inWords(chosen);
    var wrong = text !== "" && (text === words.too_many || text === words.too_large);
    show("made", made);
    if (made === "files") { show("way", wayOf(chosen.length || !brought ? chosen : [{ name: brought }])); }
    said.textContent = text;
    said.classList.toggle("fault", wrong);
    files.setCustomValidity(wrong ? text : "");
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
