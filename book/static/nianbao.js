// Opening a figure: value, formula with its inputs, interval, sources, permanent link.
// The facts of a page are in facts/<page>.js beside it, loaded at the first click; a script, not a fetch, so that
// it also works from a folder on disk.
(function () {
  "use strict";
  var facts = null, waiting = [], panel = null, opener = null;
  var page = location.pathname.split("/").pop().replace(/\.html$/, "") || "index";

  window.nianbaoFacts = function (all) {
    facts = all;
    waiting.splice(0).forEach(function (go) { go(); });
  };

  function withFacts(go) {
    if (facts) { go(); return; }
    waiting.push(go);
    if (waiting.length > 1) { return; }
    var script = document.createElement("script");
    script.src = "../facts/" + encodeURIComponent(page) + ".js";
    script.onerror = function () { window.nianbaoFacts({}); };
    document.head.appendChild(script);
  }

  function element(tag, text, name) {
    var node = document.createElement(tag);
    if (text) { node.textContent = text; }
    if (name) { node.className = name; }
    return node;
  }

  function line(list, term, text) {
    if (!text) { return; }
    list.appendChild(element("dt", term));
    list.appendChild(element("dd", text));
  }

  function show(value) { return value.replace(/^-/, "−").replace(/\B(?=(\d{3})+(?!\d))(?=\d+$|\d+\.)/g, function (m, p, at, s) {
    return s.replace(/^−/, "").split(".")[0].length >= 5 && s.indexOf(".") > at || s.indexOf(".") < 0 && s.replace("−", "").length >= 5 ? "," : "";
  }); }

  var words = { A: "照印", E: "推算或计算", P: "初步数", M: "未公布" };

  function describe(fact, link) {
    var box = element("div"), list = element("dl");
    box.appendChild(element("h2", fact.name));
    var value = element("p", "", "big");
    value.appendChild(element("strong", show(fact.value)));
    value.appendChild(document.createTextNode(fact.unit === "比" ? "∶1" : fact.unit));
    box.appendChild(value);
    if (fact.mark) { box.appendChild(element("p", "※ " + fact.note, "mark")); }
    line(list, "性质", words[fact.status] || fact.status);
    line(list, "误差范围", show(fact.low) + "～" + show(fact.high));
    line(list, "算法", fact.formula);
    if (fact.inputs.length) {
      list.appendChild(element("dt", "代入"));
      var inputs = element("dd"), items = element("ul");
      fact.inputs.forEach(function (id) {
        var each = facts[id];
        if (!each) { return; }
        var item = element("li");
        var open = element("button", each.name + " " + show(each.value) + (each.unit === "比" ? "∶1" : each.unit));
        open.type = "button";
        open.addEventListener("click", function () { fill(id); });
        item.appendChild(open);
        items.appendChild(item);
      });
      inputs.appendChild(items);
      list.appendChild(inputs);
    }
    line(list, "出处", fact.sourceText || fact.source);
    line(list, "数据文件", fact.place);
    if (!fact.mark) { line(list, "说明", fact.note); }
    box.appendChild(list);
    var anchor = element("a", "此数的固定链接");
    anchor.href = link;
    box.appendChild(anchor);
    return box;
  }

  function fill(id) {
    var fact = facts[id], body = panel.querySelector(".body");
    body.textContent = "";
    if (fact) { body.appendChild(describe(fact, "#q=" + encodeURIComponent(id))); }
    else { body.appendChild(element("p", "本页未附此数的来源资料。")); }
    panel.querySelector("button.close").focus();
  }

  function build() {
    panel = element("div", "", "q-panel");
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-label", "数字的来源");
    var close = element("button", "关闭", "close");
    close.type = "button";
    close.addEventListener("click", shut);
    panel.appendChild(close);
    panel.appendChild(element("div", "", "body"));
    document.body.appendChild(panel);
  }

  function shut() {
    if (!panel || panel.hidden) { return; }
    panel.hidden = true;
    if (opener) { opener.removeAttribute("aria-expanded"); opener.focus(); }
  }

  function open(node) {
    withFacts(function () {
      if (!panel) { build(); }
      if (opener) { opener.removeAttribute("aria-expanded"); }
      opener = node;
      node.setAttribute("aria-expanded", "true");
      panel.hidden = false;
      fill(node.dataset.q);
    });
  }

  function neighbour(node, key) {
    var cell = node.closest("td"), row = cell.parentNode, step = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
    if (key === "ArrowLeft" || key === "ArrowRight") {
      do { cell = step > 0 ? cell.nextElementSibling : cell.previousElementSibling; } while (cell && !cell.querySelector("data.q"));
    } else {
      var at = cell.cellIndex;
      do { row = step > 0 ? row.nextElementSibling : row.previousElementSibling; } while (row && !(row.cells[at] && row.cells[at].querySelector("data.q")));
      cell = row && row.cells[at];
    }
    return cell && cell.querySelector("data.q");
  }

  function ready() {
    document.querySelectorAll("data.q").forEach(function (node) {
      node.setAttribute("role", "button");
      node.tabIndex = node.closest("td") ? -1 : 0;
    });
    document.querySelectorAll("figure table").forEach(function (table) {
      var first = table.querySelector("data.q");
      if (first) { first.tabIndex = 0; }
    });
    document.addEventListener("click", function (event) {
      var node = event.target.closest("data.q");
      if (node) { open(node); } else if (panel && !panel.hidden && !event.target.closest(".q-panel")) { shut(); }
    });
    document.addEventListener("keydown", function (event) {
      var node = event.target.closest && event.target.closest("data.q");
      if (event.key === "Escape") { shut(); }
      if (!node) { return; }
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(node); }
      if (event.key.indexOf("Arrow") === 0 && node.closest("td")) {
        var next = neighbour(node, event.key);
        if (next) { event.preventDefault(); node.tabIndex = -1; next.tabIndex = 0; next.focus(); }
      }
    });
    var wanted = /^#q=(.+)$/.exec(location.hash);
    if (wanted) {
      var id = decodeURIComponent(wanted[1]);
      var node = Array.prototype.find.call(document.querySelectorAll("data.q"), function (each) { return each.dataset.q === id; });
      if (node) { node.scrollIntoView({ block: "center" }); open(node); }
    }
  }

  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", ready); } else { ready(); }
})();
