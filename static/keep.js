// Keeps on the server what is typed, a moment after each pause, and says so. Without this a press on the button does.
(function () {
  "use strict";
  var PAUSE = 800, AGAIN = 5000, MOST_LASTING = 60000; // so much is sent even while the page is left
  var form = document.getElementById("write"), said = document.getElementById("kept");
  var brought = document.querySelector("[data-progress]");
  var words = JSON.parse(form.dataset.words);
  var last = touched() ? null : typed(), timer = 0, busy = false, over = false;

  function typed() {
    var fields = new URLSearchParams();
    new FormData(form).forEach(function (value, name) {
      if (typeof value === "string") { fields.append(name, value); }
    });
    return fields;
  }

  function touched() { // before this script was there, or by the browser, which keeps what was typed before a reload
    return Array.from(form.elements).some(function (one) {
      if (one.type === "checkbox" || one.type === "radio") { return one.checked !== one.defaultChecked; }
      return /^(text|textarea|number)$/.test(one.type) && one.value !== one.defaultValue;
    });
  }

  function same(one, other) { // the version this tab knows of is no typing
    if (!other) { return false; }
    one = new URLSearchParams(one); other = new URLSearchParams(other);
    one.delete("saved"); other.delete("saved");
    return one.toString() === other.toString();
  }

  function say(text, to, name) {
    said.textContent = text + " ";
    if (!to) { return; }
    var link = document.createElement("a");
    link.href = to;
    link.textContent = name;
    said.append(link);
  }

  function answered(answer) { // busy, or no answer: whoever asked asks again
    if (!answer.ok) { throw new Error(String(answer.status)); }
    return answer;
  }

  function soon(after) { clearTimeout(timer); timer = setTimeout(keep, after || PAUSE); }

  function keep() {
    var fields = typed();
    if (over || same(fields, last)) { return; }
    if (busy) { soon(); return; }
    busy = true;
    var to = form.dataset.kept + "/typed?way=" + form.dataset.way + (form.dataset.mailing ? "&mailing=" + form.dataset.mailing : "");
    fetch(to, { method: "POST", body: fields, redirect: "manual", keepalive: fields.toString().length < MOST_LASTING }).then(function (answer) {
      if (answer.type === "opaqueredirect") {
        over = true;
        say(words.signed_out, "/staff/sign-in", words.sign_in);
        return null;
      }
      return answered(answer).json();
    }).then(function (found) {
      busy = false;
      if (!found) { return; }
      last = fields;
      form.elements.saved.value = found.saved;
      say(found.said, found.to, found.to.indexOf("/begun/") > 0 ? words.other : words.letter);
      if (window.location.pathname !== form.dataset.kept) {
        window.history.replaceState(window.history.state, "", form.dataset.kept);
      }
    }).catch(function () {
      busy = false;
      say(words.no_answer, "");
      soon(AGAIN);
    });
  }

  function pageAt(place) { // the browser parses it: no text becomes markup in a script
    return new Promise(function (done, failed) {
      var asked = new XMLHttpRequest();
      asked.open("GET", place);
      asked.responseType = "document";
      asked.onload = function () { return asked.status === 200 && asked.response ? done(asked.response) : failed(new Error(String(asked.status))); };
      asked.onerror = failed;
      asked.send();
    });
  }

  function look() { // whether the file has been read meanwhile
    if (document.hidden) { setTimeout(look, 1000); return; }
    fetch(brought.dataset.progress, { redirect: "manual" }).then(function (answer) {
      if (answer.status === 404 || answer.type === "opaqueredirect") { return null; } // gone, or signed out
      return answered(answer).json();
    }).then(function (found) {
      if (!found) { return null; }
      if (!found.is_over) { setTimeout(look, 1000); return null; }
      return pageAt(form.dataset.kept);
    }).then(function (page) {
      var fresh = page && page.getElementById("brought");
      if (fresh) { brought.replaceWith(fresh); } else if (page) { keep(); window.setTimeout(function () { window.location.reload(); }, 2 * PAUSE); }
    }).catch(function () { setTimeout(look, 5000); });
  }

  form.addEventListener("input", function () { soon(); });
  form.addEventListener("change", function () { soon(); });
  form.addEventListener("submit", function () { clearTimeout(timer); });
  document.addEventListener("visibilitychange", function () { if (document.hidden) { keep(); } });
  if (!last) { soon(); }
  if (brought) { look(); }
})();
