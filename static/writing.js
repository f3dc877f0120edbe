// Counts the message and shows it as families will see it. Without this the page works the same, only quieter.
(function () {
  "use strict";
  function by(id) { return document.getElementById(id); }
  var form = by("write"), title = by("title"), message = by("message"), file = by("file");
  var count = by("message-count"), size = by("file-size");
  var words = JSON.parse(form.dataset.words);
  var most = Number(message.dataset.most), mostBytes = file && Number(file.dataset.most); // words alone have no file

  function filled(text, number) {
    function written(value) { return value.toLocaleString(document.documentElement.lang); }
    return text.replace("{number}", written(number)).replace("{most}", written(most));
  }

  function show() {
    var text = message.value.split("\n").map(function (line) { return line.trimEnd(); }).join("\n").trim();
    var letters = Array.from(text).length;
    count.textContent = letters > most
      ? filled(words.too_long, letters - most)
      : filled(words.letters, letters);
    count.classList.toggle("over", letters > most);
    by("preview-title").textContent = title.value.trim() || words.title;
    by("preview-message").textContent = text || words.message;
    by("preview-message").parentNode.hidden = !text;
    var named = by("preview-file");
    if (!named) { return; }
    named.textContent = (file.files[0] && file.files[0].name) || named.dataset.kept || words.file;
  }

  function weigh() {
    var chosen = file.files[0];
    var tooLarge = chosen && chosen.size > mostBytes;
    size.textContent = tooLarge ? words.too_large : "";
    show();
    file.setCustomValidity(tooLarge ? size.textContent : "");
  }

  title.addEventListener("input", show);
  message.addEventListener("input", show);
  if (file) { file.addEventListener("change", weigh); }
  form.addEventListener("submit", function () {
    by("wait").hidden = false;
    form.querySelector("button[type=submit]").disabled = true;
  });
  window.addEventListener("pageshow", function () {
    by("wait").hidden = true;
    form.querySelector("button[type=submit]").disabled = false;
  });
  by("preview").hidden = false;
  show();
})();
