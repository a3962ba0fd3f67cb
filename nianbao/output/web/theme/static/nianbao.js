// What a page can do: open a figure, read a chart, sort a table, contents on the phone, light and dark, other editions.
// Everything a page loads later is a script, not a fetch, so that it also works from a folder on disk.
(function () {
  "use strict";
  var html = document.documentElement, root = html.dataset.root, page = html.dataset.page;

  function element(tag, text, name) {
    var node = document.createElement(tag);
    if (text) { node.textContent = text; }
    if (name) { node.className = name; }
    return node;
  }

  function button(text, name, go) {
    var node = element("button", text, name);
    node.type = "button";
    node.addEventListener("click", go);
    return node;
  }

  function load(address) {
    var script = element("script");
    script.src = root + address;
    document.head.appendChild(script);
  }

  function all(selector, within) { return Array.from((within || document).querySelectorAll(selector)); }

  // -- numbers --------------------------------------------------------------------------------------------------
  function show(value) {
    var parts = value.replace("-", "").split(".");
    parts[0] = parts[0].replace(/\B(?=(\d{3})+$)/g, ",");
    return (value[0] === "-" ? "−" : "") + parts.join(".");
  }

  function unit(name) { return name === "比" ? "∶1" : name; }

  // Value of a formula of numbers, + - * / ** and brackets (no code is evaluated).
  function evaluate(text) {
    var tokens = text.match(/\d+(?:\.\d+)?|\*\*|[-+*/()]/g), at = 0;
    function atom() {
      var token = tokens[at++], value;
      if (token === "(") { value = sum(); at++; return value; }
      return token === "-" ? -atom() : Number(token);
    }
    function power() { var base = atom(); if (tokens[at] === "**") { at++; return Math.pow(base, power()); } return base; }
    function product() {
      var value = power();
      while (tokens[at] === "*" || tokens[at] === "/") { value = tokens[at++] === "*" ? value * power() : value / power(); }
      return value;
    }
    function sum() {
      var value = product();
      while (tokens[at] === "+" || tokens[at] === "-") { value = tokens[at++] === "+" ? value + product() : value - product(); }
      return value;
    }
    return sum();
  }

  // -- opening a figure -----------------------------------------------------------------------------------------
  var facts = null, book = {}, waiting = [], panel = null, opener = null, trail = [];
  // The bureau filled in its own year: nothing was copied from a publication, and nothing withheld from one.
  var OWN = { A: "填报", M: "没有填报" };
  function own(fact) { return fact.source.indexOf("》填报表") > 0 ? OWN[fact.status] : ""; }
  var STATUS = { A: "照印", E: "推算或计算", P: "初步数", M: "未公布" };
  var CHECK = { agrees: "与其他印出的数核对过，相符", rounding: "与其他印出的数核对过，只差四舍五入的尾数",
                erratum: "与其他印出的数不符，已列入勘误", fails: "与其他印出的数不符",
                "not checked": "缺少核对所需的数，没有核对" };
  var SHOWN_USES = 12;

  window.nianbaoFacts = function (packed) {
    facts = {};
    book = packed.about || {};
    packed.rows.forEach(function (row) {
      var fact = {};
      packed.columns.forEach(function (name, at) {
        var value = row[at];
        fact[name] = packed.pooled.indexOf(name) >= 0 ? packed.pool[value || 0] : value || "";
      });
      fact.inputs = (fact.inputs || []).map(function (index) { return packed.rows[index][0]; });
      facts[fact.id] = fact;
    });
    waiting.splice(0).forEach(function (go) { go(); });
  };

  function withFacts(go) {
    if (facts) { go(); return; }
    waiting.push(go);
    if (waiting.length === 1) { load("facts/" + page.split("/").pop() + ".js"); }
  }

  // A number with a few more decimals than the figure has.
  function near(value, fact) {
    var digits = (fact.value.split(".")[1] || "").length + 3;
    return show(Number(value).toFixed(digits).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, ""));
  }

  // The formula with its inputs filled in, and what it gives; in words how that becomes the printed figure.
  function filled(fact) {
    var inputs = fact.inputs.map(function (id) { return facts[id]; });
    var plain = fact.expression.replace(/\$(\d+)/g, function (_, at) {
      var value = inputs[at - 1].value;
      return value[0] === "-" ? "(" + value + ")" : value;
    });
    var seen = fact.expression.replace(/\*\*/g, "^").replace(/\*/g, "×").replace(/\//g, "÷").replace(/-/g, "−")
      .replace(/ × 1 ÷/, " ÷").replace(/ ÷ 1$/, "").replace(/\$(\d+)/g, function (_, at) {
        var value = show(inputs[at - 1].value);
        return value[0] === "−" ? "(" + value + ")" : value;
      });
    var value = evaluate(plain), got = near(value, fact);
    return seen + " = " + got + (got === show(fact.value) ? "" : rounded(value, fact));
  }

  function rounded(value, fact) {
    var digits = (fact.value.split(".")[1] || "").length;
    if (Math.abs(value - Number(fact.value)) <= 0.5000001 * Math.pow(10, -digits)) {
      return "，四舍五入" + (digits ? "到" + digits + "位小数" : "到整数") + "是 " + show(fact.value);
    }
    if (fact.mark) { return ""; }
    return "；与 " + show(fact.value) + " 相差的，是所用各数自身四舍五入的尾数";
  }

  // A small line of the years of a figure; broken and with a ring where something is in doubt.
  function line(text, year) {
    var parts = text.split("|"), name = "http://www.w3.org/2000/svg";
    var points = parts[1].split(" ").map(function (each) {
      var pair = each.split(":");
      return { year: Number(pair[0]), value: parseFloat(pair[1]), text: show(pair[1].replace("※", "")) + (pair[1].slice(-1) === "※" ? "※" : "") };
    });
    var first = points[0], last = points[points.length - 1], values = points.map(function (each) { return each.value; });
    var low = Math.min.apply(null, values), span = Math.max.apply(null, values) - low || 1;
    function node(tag, known) {
      var made = document.createElementNS(name, tag);
      Object.keys(known).forEach(function (key) { made.setAttribute(key, known[key]); });
      return made;
    }
    function x(each) { return (5 + 190 * (each.year - first.year) / (last.year - first.year)).toFixed(1); }
    function y(each) { return (31 - 26 * (each.value - low) / span).toFixed(1); }
    var box = element("figure", "", "years"), drawing = node("svg", { viewBox: "0 0 200 36", role: "img", "aria-label":
      points.map(function (each) { return each.year + "年" + each.text; }).join("，") + unit(parts[0]) });
    drawing.appendChild(node("path", { d: "M" + points.map(function (each) { return x(each) + " " + y(each); }).join("L"),
      "stroke-dasharray": text.indexOf("※") > 0 || gaps(points) ? "1 3" : "none" }));
    points.forEach(function (each) {
      var ring = each.text.slice(-1) === "※";
      drawing.appendChild(node("circle", { cx: x(each), cy: y(each), r: each.year === year ? 4 : 2.4, "class": ring ? "ring" : "" }));
    });
    box.appendChild(drawing);
    box.appendChild(element("figcaption", first.year + "年 " + first.text + " → " + last.year + "年 " + last.text + "（" + unit(parts[0]) + "）"));
    return box;
  }

  function gaps(points) {
    return points.some(function (each, at) { return at && each.year > points[at - 1].year + 1; });
  }

  // What is computed from a figure on this page.
  function uses(fact) {
    return Object.keys(facts).filter(function (id) { return facts[id].inputs.indexOf(fact.id) >= 0; });
  }

  function verdict(fact) {
    var words = CHECK[fact.check] || "";
    if (fact.check === "erratum" && fact.doubt === "涉及存疑数据") { return "所在的一组数核对不符，已列入勘误；哪个数有误不能断定"; }
    if (fact.check === "erratum" && fact.doubt === "另一处印法有误") { return "这个数与其他数相符；原文另一处印得不同，已列入勘误"; }
    return words + (words && fact.doubt === "涉及存疑数据" ? "；但所据的数存疑" : "");
  }

  function copied(text, node) {
    var label = node.textContent;
    function done() {
      node.textContent = "已复制";
      setTimeout(function () { node.textContent = label; }, 1500);
    }
    function byHand() {
      var area = element("textarea", text);
      panel.appendChild(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      node.focus({ preventScroll: true });
      done();
    }
    if (navigator.clipboard) { navigator.clipboard.writeText(text).then(done, byHand); } else { byHand(); }
  }

  function buttons(fact) {
    var box = element("p", "", "copy"), said = show(fact.value).replace("−", "-") + unit(fact.unit);
    var link = location.href.split("#")[0] + "#q=" + encodeURIComponent(fact.id);
    [["复制数字", said], ["复制链接", link],
     ["复制引用", fact.name + "：" + said + "。" + (fact.mark ? "（" + fact.doubt + "）" : "") + (book.cite || "") + link]]
      .forEach(function (each) {
        box.appendChild(button(each[0], "", function (event) { copied(each[1], event.currentTarget); }));
      });
    var anchor = element("a", "固定链接");
    anchor.href = "#q=" + encodeURIComponent(fact.id);
    box.appendChild(anchor);
    return box;
  }

  function describe(fact) {
    var box = element("div"), list = element("dl"), value = element("p", "", "big");
    function row(term, content) {
      if (!content) { return; }
      var text = element("dd", typeof content === "string" ? content : "");
      if (typeof content !== "string") { text.appendChild(content); }
      list.appendChild(element("dt", term));
      list.appendChild(text);
    }
    var title = element("h2", fact.name);
    title.id = "q-title";
    title.tabIndex = -1;
    box.appendChild(title);
    value.appendChild(element("strong", show(fact.value)));
    value.appendChild(document.createTextNode(unit(fact.unit)));
    box.appendChild(value);
    if (fact.means) { box.appendChild(element("p", fact.means, "means")); }
    if (fact.mark) {
      var mark = element("p", "※ " + fact.doubt + "：" + fact.note.replace(/^(由存疑的数算得|涉及存疑数据)[：。]/, "") + " ", "mark"), audit = document.querySelector('.contents a[href$="-audit.html"]');
      if (audit) {
        var found = element("a", "见勘误");
        found.href = audit.href + "#erratum-" + fact.mark.replace(/[^A-Za-z0-9]+/g, "-");
        mark.appendChild(found);
      }
      box.appendChild(mark);
    }
    if (fact.years) { box.appendChild(line(fact.years, Number(fact.id.split(":")[2]))); }
    box.appendChild(buttons(fact));
    row("位次", fact.rank);
    row("性质", fact.inputs.length && fact.status === "E" ? "计算" : own(fact) || STATUS[fact.status] || fact.status);
    row("误差范围", fact.low === fact.high ? "准确数" : near(fact.low, fact) + " 至 " + near(fact.high, fact) + " " + fact.unit);
    row("算法", fact.formula.replace(/ \* /g, " × ").replace(/ \/ /g, " ÷ ").replace(/ - /g, " − "));
    if (fact.expression && fact.inputs.length <= 12) { row("代入", filled(fact)); }
    function others(ids) {
      var items = element("ul");
      ids.forEach(function (id) {
        var each = facts[id], item = element("li");
        item.appendChild(button(each.name + " " + show(each.value) + unit(each.unit) + (each.mark ? "※" : ""), "", function () {
          trail.push(fact.id);
          fill(id);
        }));
        items.appendChild(item);
      });
      return items;
    }
    if (fact.inputs.length) { row("所用的数", others(fact.inputs)); }
    row("原件印作", fact.check && /^-?[\d.]+$/.test(fact.printed) ? show(fact.printed) : "");
    row("照算应为", fact.mark && /^-?[\d.]+$/.test(fact.computed) && Number(fact.computed) !== Number(fact.value) ? show(String(Number(fact.computed))) : "");
    row("核对", verdict(fact));
    var further = uses(fact);
    if (further.length) { row("用于", others(further.slice(0, SHOWN_USES))); }
    row("出处", fact.source);
    if (fact.place) {
      var place = element("a", fact.place.replace(/^data\//, "").replace(/:(\d+)$/, " 第$1行"));
      place.href = root + "downloads/" + (/^data.observations/.test(fact.place) ? book.file : book.all);
      row("数据行", place);
    }
    if (!fact.mark) { row("说明", fact.note); }
    box.appendChild(list);
    var indicator = fact.id.split(":")[0];
    if ("indicators" in html.dataset && indicator.indexOf(".") > 0) {
      var page = element("a", "这个指标的一页", "of-indicator");
      page.href = root + "indicator/" + indicator + ".html";
      box.appendChild(page);
    }
    return box;
  }

  function fill(id) {
    var body = panel.querySelector(".body"), back = panel.querySelector(".back");
    body.textContent = "";
    back.hidden = !trail.length;
    body.appendChild(facts[id] ? describe(facts[id]) : element("p", "本页未附此数的来源资料。"));
    panel.scrollTop = 0;
    (body.querySelector("h2") || panel.querySelector(".close")).focus({ preventScroll: true });
  }

  function build() {
    panel = element("div", "", "q-panel");
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-labelledby", "q-title");
    panel.tabIndex = -1;
    var bar = element("div", "", "bar");
    bar.appendChild(button("返回", "back", function () { fill(trail.pop()); }));
    bar.appendChild(button("关闭", "close", shut));
    panel.appendChild(bar);
    panel.appendChild(element("div", "", "body"));
    document.body.appendChild(panel);
  }

  function shut() {
    if (!panel || panel.hidden) { return; }
    panel.hidden = true;
    if (opener) { opener.setAttribute("aria-expanded", "false"); opener.focus({ preventScroll: true }); }
  }

  function open(node, id) {
    withFacts(function () {
      if (!panel) { build(); }
      if (opener) { opener.setAttribute("aria-expanded", "false"); }
      opener = node;
      if (node) { node.setAttribute("aria-expanded", "true"); }
      trail = [];
      panel.hidden = false;
      fill(id || node.dataset.q);
      if (!node) { return; }
      var place = node.getBoundingClientRect(), box = panel.getBoundingClientRect();
      if (place.right > box.left && place.bottom > box.top) { scrollBy(0, place.bottom - box.top + 16); }  // not behind it
    });
  }

  // The figure of the address (#q=…): shown where it stands; it may also only be an input of another one.
  function arrive() {
    var wanted = /^#q=(.+)$/.exec(location.hash);
    if (!wanted) { return; }
    var id = decodeURIComponent(wanted[1]);
    var node = all("data.q").find(function (each) { return each.dataset.q === id; }) || null;
    for (var fold = node && node.closest("details"); fold; fold = fold.parentNode.closest("details")) { fold.open = true; }
    if (node) { node.scrollIntoView({ block: "center" }); }
    open(node, id);
  }

  // Arrow keys go from figure to figure in a table; only one of them is a stop of the tab key.
  function neighbour(node, key) {
    var cell = node.closest("td"), row = cell.parentNode, at = cell.cellIndex;
    var step = key === "ArrowLeft" || key === "ArrowUp" ? "previousElementSibling" : "nextElementSibling";
    if (key === "ArrowLeft" || key === "ArrowRight") {
      do { cell = cell[step]; } while (cell && !cell.querySelector("data.q"));
    } else {
      do { row = row[step]; } while (row && !(row.cells[at] && row.cells[at].querySelector("data.q")));
      cell = row && row.cells[at];
    }
    return cell && cell.querySelector("data.q");
  }

  function figures() {
    var nodes = all("data.q"), last = null;
    (function some() {  // a few hundred at a time: a long page stays quick to the touch
      nodes.splice(0, 300).forEach(function (node) {
        var table = node.closest("table");
        node.setAttribute("role", "button");
        node.setAttribute("aria-expanded", "false");
        node.tabIndex = table && table === last ? -1 : 0;
        last = table || last;
      });
      if (nodes.length) { setTimeout(some); }
    })();
    document.addEventListener("click", function (event) {
      var node = event.target.closest("data.q");
      if (node) { open(node); return; }
      if (panel && !panel.hidden && document.contains(event.target) && !event.target.closest(".q-panel")) { shut(); }
    });
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape") { shut(); hideTip(); }
      var node = event.target.closest && event.target.closest("data.q");
      if (!node || event.ctrlKey || event.metaKey || event.altKey) { return; }
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(node); }
      if (event.key.indexOf("Arrow") === 0 && node.closest("td")) {
        var next = neighbour(node, event.key);
        if (next) { event.preventDefault(); node.tabIndex = -1; next.tabIndex = 0; next.focus(); }
      }
    });
    addEventListener("hashchange", arrive);
    arrive();
  }

  // -- charts: the values of a year or an item on hover, tap and arrow keys ---------------------------------------
  var tip = null;

  function hideTip() {
    if (tip) { tip.hidden = true; }
    all(".drawing .lit").forEach(function (node) { node.classList.remove("lit"); });
  }

  function showTip(mark) {
    hideTip();
    if (!tip) {
      tip = element("div", "", "tip");
      tip.setAttribute("role", "status");
      document.body.appendChild(tip);
    }
    mark.classList.add("lit");
    tip.textContent = mark.dataset.tip;
    tip.hidden = false;
    var place = mark.getBoundingClientRect(), half = tip.offsetWidth / 2, middle = place.left + place.width / 2;
    var left = Math.min(Math.max(middle, half + 8), html.clientWidth - half - 8);
    var above = place.top - tip.offsetHeight - 6;
    tip.style.left = left - half + scrollX + "px";
    tip.style.top = (above < 60 ? Math.min(place.bottom + 6, innerHeight - tip.offsetHeight - 8) : above) + scrollY + "px";
  }

  function charts() {
    all("figure.chart .drawing").forEach(function (drawing) {
      var marks = all("svg title", drawing).slice(1).map(function (title) {
        var mark = title.parentNode;
        mark.dataset.tip = title.textContent;
        title.remove();
        return mark;
      });
      if (!marks.length) { return; }
      var caption = drawing.parentNode.querySelector("figcaption").textContent;
      drawing.tabIndex = 0;
      drawing.setAttribute("role", "group");
      drawing.setAttribute("aria-label", caption + "，用左右键逐个读数");
      var at = -1;
      function go(to) {
        at = to;
        marks[at].scrollIntoView({ block: "nearest", inline: "nearest" });
        showTip(marks[at]);
      }
      drawing.addEventListener("pointerover", function (event) {
        var mark = event.target.closest("[data-tip]");
        if (mark) { at = marks.indexOf(mark); showTip(mark); } else if (drawing !== document.activeElement) { hideTip(); }
      });
      drawing.addEventListener("pointerleave", function () { if (drawing !== document.activeElement) { hideTip(); } });
      drawing.addEventListener("blur", hideTip);
      drawing.addEventListener("focus", function () { if (drawing.matches(":focus-visible")) { go(Math.max(at, 0)); } });
      // A tile, or a bar of a region, leads to the page of the region, as its row in the numbers below does.
      function follow(mark) {
        var link = mark && all("tbody th a", drawing.parentNode).find(function (each) { return each.textContent === mark.dataset.k; });
        if (link) { location.href = link.href; }
      }
      drawing.addEventListener("click", function (event) {
        if (event.pointerType !== "touch") { follow(event.target.closest("[data-tip]")); }
      });
      drawing.addEventListener("keydown", function (event) {
        if (event.key === "Enter" && at >= 0) { follow(marks[at]); }
        var step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (!step) { return; }
        event.preventDefault();
        go((at + step + marks.length) % marks.length);
      });
    });
  }

  // -- one region through all charts and tables of a page, and on to other pages, also where nothing can be stored ------
  var KEPT = "nianbao-region", ASKED = /[?&]region=([^&#]*)/;

  function regions() {
    var names = {}, shown = {};
    function show(code, node) { (shown[code] = shown[code] || []).push(node); }
    all("figure.table table").forEach(function (table) {
      if (!table.rows.length || table.rows[0].cells[0].textContent !== "地区") { return; }
      var chart = table.closest("figure.chart");
      all("tbody tr", table).forEach(function (row) {
        var figure = row.querySelector("data.q"), name = row.cells[0].textContent;
        if (!figure || name === "合计") { return; }
        var code = figure.dataset.q.split(":")[1];
        if (!chart) { names[code] = name.trim(); }
        show(code, row);
        if (chart) { all("rect[data-k]", chart).forEach(function (rect) { if (rect.dataset.k === name) { show(code, rect); } }); }
      });
    });
    var codes = Object.keys(names).filter(function (code) { return shown[code].length > 1; });
    if (codes.length < 2) { return; }
    var label = element("label", "我的地区", "mine-box"), select = element("select"), title = document.querySelector("article h1");
    [""].concat(codes).forEach(function (code) {
      var option = element("option", names[code] || "（不选）");
      option.value = code;
      select.appendChild(option);
    });
    label.appendChild(select);
    title.after(label);
    function kept() {
      var asked = ASKED.exec(location.search);
      if (asked) { return decodeURIComponent(asked[1]); }
      try { return localStorage.getItem(KEPT) || ""; } catch (refused) { return ""; }
    }
    function apply(code) {
      all(".mine").forEach(function (node) { node.classList.remove("mine"); });
      (shown[code] || []).forEach(function (node) { node.classList.add("mine"); });
    }
    select.addEventListener("change", function () {
      apply(select.value);
      try { localStorage.setItem(KEPT, select.value); } catch (refused) { carry(select.value); }
    });
    var code = kept();
    if (code && names[code]) { select.value = code; apply(code); }
  }

  // Where nothing can be stored, the links of the page take the region along.
  function carry(code) {
    all("a[href]").forEach(function (link) {
      var address = link.getAttribute("href");
      if (!/^(?![a-z]+:|#)[^?#]*\.html/.test(address)) { return; }
      var parts = address.split("#");
      parts[0] = parts[0].split("?")[0] + (code ? "?region=" + encodeURIComponent(code) : "");
      link.setAttribute("href", parts.join("#"));
    });
  }

  function carryOn() {
    var asked = ASKED.exec(location.search);
    if (!asked) { return; }
    try { localStorage.setItem(KEPT, decodeURIComponent(asked[1])); } catch (refused) { carry(decodeURIComponent(asked[1])); }
  }

  // -- tables: sorting by a column; sums stay last, figures by value, unknown ones at the end --------------------------
  function sortable(table) {
    var heads = all("thead tr", table), body = table.tBodies[0];
    var second = new Map(), rows = [];
    Array.from(body.rows).forEach(function (row) {
      if (row.className === "why") { second.set(rows[rows.length - 1], row); } else { rows.push(row); }
    });
    var plain = rows.filter(function (row) { return !row.classList.contains("total"); });
    var indented = rows.some(function (row) { return /^　/.test(row.cells[0].textContent); });
    if (heads.length !== 1 || plain.length < 6 || indented || !table.querySelector("td data.q") || /^\d{4}年?$/.test(rows[0].cells[0].textContent) ||
        rows.some(function (row) { return row.cells.length !== heads[0].cells.length; })) { return; }
    function key(row, at) {
      var data = row.cells[at].querySelector("data.q");
      return data ? Number(data.value) : row.cells[at].querySelector(".unknown") ? null : row.cells[at].textContent;
    }
    Array.from(heads[0].cells).forEach(function (head, at) {
      if (at && !plain.some(function (row) { return row.cells[at].querySelector("data.q"); })) { return; }
      if (!head.textContent) { return; }
      var toggle = button("", "sort", function () {
        var before = head.getAttribute("aria-sort");
        var way = before === (at ? "descending" : "ascending") ? (at ? "ascending" : "descending") : before ? "" : at ? "descending" : "ascending";
        Array.from(heads[0].cells).forEach(function (each) { each.removeAttribute("aria-sort"); });
        var order = plain.slice();
        if (way) {
          head.setAttribute("aria-sort", way);
          order.sort(function (a, b) {
            var x = key(a, at), y = key(b, at);
            if (typeof x !== "number" || typeof y !== "number") {
              if (typeof x === "number" || typeof y === "number") { return typeof x === "number" ? -1 : 1; }
              x = String(x).localeCompare(String(y), "zh-CN"); y = 0;
            }
            return way === "ascending" ? x - y : y - x;
          });
        }
        rows.filter(function (row) { return row.classList.contains("total"); }).forEach(function (row) {
          if (!way) { order.splice(rows.indexOf(row), 0, row); } else { order.push(row); }
        });
        order.forEach(function (row) {
          body.appendChild(row);
          if (second.has(row)) { body.appendChild(second.get(row)); }
        });
      });
      toggle.append.apply(toggle, Array.from(head.childNodes));
      head.appendChild(toggle);
    });
  }

  // Tells the style sheet on which sides more of the tables can be scrolled to.
  function edges(boxes) {
    function look(seen) {
      // All are measured before the first is changed: otherwise each change has the page laid out anew for the next.
      var found = seen.map(function (box) {
        return { moved: box.scrollLeft > 1,
                 fits: box.firstElementChild.offsetWidth <= box.clientWidth + 1,
                 more: box.scrollLeft + box.clientWidth < box.scrollWidth - 1 };
      });
      seen.forEach(function (box, at) {
        Object.keys(found[at]).forEach(function (name) { box.classList.toggle(name, found[at][name]); });
      });
    }
    var sizes = new ResizeObserver(function (entries) { look(entries.map(function (entry) { return entry.target; })); });
    boxes.forEach(function (box) {
      box.addEventListener("scroll", function () { look([box]); }, { passive: true });
      sizes.observe(box);
    });
  }

  // -- the frame: contents on the phone, light and dark, editions ----------------------------------------------------
  function menu() {
    var link = document.querySelector("a.menu"), contents = document.getElementById("contents");
    function toggle(open) {
      html.classList.toggle("menu-open", open);
      node.setAttribute("aria-expanded", open ? "true" : "false");
      if (open) { contents.focus({ preventScroll: true }); contents.scrollTop = 0; }
    }
    var node = button("目录", "menu", function () { toggle(!html.classList.contains("menu-open")); });
    node.setAttribute("aria-controls", "contents");
    node.setAttribute("aria-expanded", "false");
    link.replaceWith(node);
    contents.addEventListener("click", function (event) { if (event.target.closest("a")) { toggle(false); } });
    contents.addEventListener("keydown", function (event) { if (event.key === "Escape") { toggle(false); node.focus(); } });
  }

  function shade() {
    var names = { auto: "自动", light: "浅色", dark: "深色" }, order = ["auto", "light", "dark"];
    var node = document.querySelector("button.shade");
    function label() {
      node.textContent = names[html.dataset.shade];
      node.title = "明暗：" + names[html.dataset.shade];
      node.setAttribute("aria-label", node.title);
    }
    node.addEventListener("click", function () {
      window.nianbaoShade(order[(order.indexOf(html.dataset.shade) + 1) % 3]);
      label();
    });
    label();
    node.hidden = false;
  }

  window.nianbaoEditions = function (editions) {
    var box = document.querySelector("label.editions"), select = box.querySelector("select");
    editions.forEach(function (each) {
      var option = element("option", each.label);
      var address = page === "search" || each.pages.indexOf(page + ".html") >= 0 ? page + ".html" : each.home;
      option.value = root + "../" + each.folder + "/" + address;
      option.selected = each.current;
      select.appendChild(option);
    });
    select.addEventListener("change", function () { location.href = select.value + (page === "search" ? location.search : ""); });
    box.hidden = editions.length < 2;
    var narrow = matchMedia("(max-width: 55.99rem)"), button = document.querySelector("button.shade");
    function place() {
      if (narrow.matches) { document.getElementById("contents").prepend(box); } else { button.before(box); }
    }
    narrow.addEventListener("change", place);
    place();
  };

  // -- finding one's way: links to sections, where one is, citations ------------------------------------------------
  function anchors() {
    all("article section[id] > :is(h2, h3, h4, h5)").forEach(function (heading) {
      var link = element("a", "#", "anchor");
      link.href = "#" + heading.parentNode.id;
      link.title = "本节的链接";
      link.tabIndex = -1;  // the contents of the page lead there as well
      link.setAttribute("aria-hidden", "true");
      heading.appendChild(link);
    });
  }

  function whereabouts() {
    var links = all(".onpage > ul > li > ul > li > a, .onpage > ul > li > ul > li > ul > li > a"), here = null, waits = false;
    var places = links.map(function (link) { return document.getElementById(decodeURIComponent(link.hash.slice(1))); });
    function look() {
      var line = document.querySelector("header.top").offsetHeight + 64, now = null;
      waits = false;
      places.forEach(function (place, at) { if (place && place.getBoundingClientRect().top < line) { now = links[at]; } });
      html.classList.toggle("far", scrollY > innerHeight);
      if (now === here) { return; }
      if (here) { here.removeAttribute("aria-current"); }
      here = now;
      if (!here) { return; }
      here.setAttribute("aria-current", "location");
      var box = here.closest("nav");
      if (box.scrollHeight > box.clientHeight) { box.scrollTop = here.offsetTop - box.clientHeight / 2; }
    }
    function soon() { if (!waits) { waits = true; requestAnimationFrame(look); } }
    addEventListener("scroll", soon, { passive: true });
    soon();
  }

  // How to cite a part of this page; `at` is its place in it. An address only where it will stay.
  window.nianbaoCite = function (what, at) {
    var footer = document.querySelector("footer.end"), kept = document.querySelector('meta[name="nianbao-kept"]');
    var version = /数据版本 ([\w-]+)/.exec(footer.textContent);
    return footer.dataset.cite + "，" + what + "，数据版本 " + version[1] + "。" + (kept ? kept.content + "#" + at : "");
  };

  function citable() {
    all("figure > .take").forEach(function (line) {
      var figure = line.parentNode, title = figure.querySelector("caption .title, figcaption .title").textContent.trim();
      var said = null, toggle = button("引用", "", function () {
        if (said) { said.remove(); said = null; return; }
        said = element("p", "", "cited");
        said.setAttribute("role", "status");
        line.after(said);
        said.textContent = window.nianbaoCite(title, figure.id);
        if (!navigator.clipboard) { return; }
        navigator.clipboard.writeText(said.textContent).then(function () { said.prepend(element("strong", "已复制")); }, function () {});
      });
      toggle.setAttribute("aria-label", "引用" + title.split("　")[0]);
      line.append(" ", toggle);
    });
  }

  // Height of the header, which grows with the reader's letters.
  new ResizeObserver(function (entries) {
    html.style.setProperty("--head", entries[0].target.offsetHeight + "px");
  }).observe(document.querySelector("header.top"));

  // One task each: between them the page answers the reader.
  function inTurn(steps) {
    var step = steps.shift();
    if (!step) { return; }
    step();
    setTimeout(function () { inTurn(steps); }, 0);
  }

  menu();
  shade();
  figures();
  charts();
  inTurn([
    carryOn, anchors, citable, regions,
    function () { all("figure.table table").forEach(sortable); },
    function () { edges(all("figure.table .scroll")); },
    whereabouts,
    function () { load("_static/editions.js"); }
  ]);
})();
