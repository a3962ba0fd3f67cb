// Search: every passage of the book is in search.data.js, loaded at the first search. A page is found where a passage
// holds all words of the query; where none does, passages are ranked by the pairs of characters they share with it.
// Pages are ranked by how much of their titles, headings, captions, text and tables the words make up: for a phrase taken
// from anywhere, the page that it most likely comes from.
(function () {
  "use strict";
  var root = document.documentElement.dataset.root;
  var WEIGHT = [12, 5, 3, 1, 1];  // of a passage that is a title, heading, caption, text, table row
  var SHARE = [3, 2, 2, 1, 1];    // of all titles, headings … of a page
  var WHOLE = 20;                 // 12.5 as a number of its own, against 12.5 within 112.53
  var book = null, waiting = [];

  function fold(text) {
    return text.replace(/(\d),(?=\d{3})/g, "$1").normalize("NFKC").toLowerCase()
      .replace(/[−–]/g, "-").replace(/∶/g, ":").replace(/\s+/g, " ");
  }

  // The words of a query, which may be a piece of a grouped number: 428, or ,42 of 62,428,110.
  function split(query) {
    return fold(query.replace(/(\d),(?=\d|\s|$)/g, "$1").replace(/^,(?=\d)/, "")).trim().split(" ").filter(Boolean);
  }

  // The folded text and, for each of its characters, where it stands in the original.
  function folded(text) {
    var out = "", places = [];
    for (var i = 0; i < text.length; i++) {
      if (text[i] === "," && /\d,\d{3}/.test(text.slice(i - 1, i + 4))) { continue; }
      var piece = fold(text[i]);
      for (var k = 0; k < piece.length; k++) { places.push(i); }
      out += piece;
    }
    return { text: out, places: places };
  }

  window.nianbaoText = function (pages) {
    book = pages.map(function (page) {
      var place = "", sizes = [300, 300, 300, 300, 300];  // a short page is not all of one word
      var rows = page[2].map(function (row) {
        place = row.length > 2 ? row[2] : place;
        sizes[row[0]] += row[1].length;
        return { kind: row[0], text: row[1], folded: fold(row[1]), place: place };
      });
      return { address: page[0], title: page[1], rows: rows, sizes: sizes };
    });
    waiting.splice(0).forEach(function (go) { go(); });
  };

  function withBook(go) {
    if (book) { go(); return; }
    waiting.push(go);
    if (waiting.length > 1) { return; }
    var script = document.createElement("script");
    script.src = root + "search.data.js";
    document.head.appendChild(script);
  }

  // How often a text holds a word; a number that stands there whole counts for more.
  function count(text, word) {
    var found = 0, number = /^-?[\d.]+%?$/.test(word);
    for (var at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
      var whole = number && !/[\d.]/.test(text.charAt(at - 1)) && !/^\.?\d/.test(text.slice(at + word.length, at + word.length + 2));
      found += whole ? WHOLE : 1;
    }
    return found;
  }

  function pairs(text) {
    var found = [];
    for (var i = 0; i + 1 < text.length; i++) { found.push(text.slice(i, i + 2)); }
    return found;
  }

  // Pages with their passages, best first: [{page, score, rows: [{row, words}]}].
  function search(query) {
    var words = split(query);
    if (words.join("").length < 2) { return []; }
    var pages = gather(function (row) {
      var score = 0;
      for (var i = 0; i < words.length; i++) {
        var found = count(row.folded, words[i]);
        if (!found) { return 0; }
        score += found;
      }
      return score;
    }, words);
    if (words.length > 1) {  // pages that hold the words together, as typed, come first; sorting keeps the order else
      var phrase = words.join("");
      pages.forEach(function (each) {
        each.together = each.rows.some(function (found) { return found.row.folded.replace(/ /g, "").indexOf(phrase) >= 0; });
      });
      pages.sort(function (a, b) { return b.together - a.together; });
    }
    if (pages.length) { return pages; }
    var wanted = pairs(words.join("")), least = Math.max(2, Math.ceil(wanted.length * 0.5));
    return gather(function (row) {
      var shared = wanted.filter(function (pair) { return row.folded.indexOf(pair) >= 0; }).length;
      return shared >= least ? shared * shared / wanted.length : 0;
    }, wanted);
  }

  function gather(rate, words) {
    var pages = [];
    book.forEach(function (page) {
      var rows = [], score = 0;
      page.rows.forEach(function (row) {
        var rated = rate(row);
        if (!rated) { return; }
        rows.push({ row: row, score: rated * WEIGHT[row.kind], words: words });
        score += rated * SHARE[row.kind] / page.sizes[row.kind];
      });
      if (rows.length) {
        rows.sort(function (a, b) { return b.score - a.score; });
        pages.push({ page: page, score: score, rows: rows });
      }
    });
    return pages.sort(function (a, b) { return b.score - a.score; });
  }
  window.nianbaoSearch = function (query, go) { withBook(function () { go(search(query)); }); };

  // -- showing ------------------------------------------------------------------------------------------------
  function element(tag, text, name) {
    var node = document.createElement(tag);
    if (text) { node.textContent = text; }
    if (name) { node.className = name; }
    return node;
  }

  function passage(found, long) {
    var text = found.row.text, low = folded(text), spans = [];
    found.words.forEach(function (word) {
      for (var at = low.text.indexOf(word); at >= 0; at = low.text.indexOf(word, at + 1)) {
        spans.push([low.places[at], low.places[at + word.length - 1] + 1]);
      }
    });
    spans.sort(function (a, b) { return a[0] - b[0]; });
    var start = spans.length && spans[0][0] > long / 3 ? spans[0][0] - Math.floor(long / 3) : 0;
    var end = Math.min(text.length, start + long), at = start, box = document.createDocumentFragment();
    if (start) { box.appendChild(document.createTextNode("…")); }
    spans.forEach(function (span) {
      var from = Math.max(span[0], at), to = Math.min(span[1], end);
      if (to <= from) { return; }
      box.appendChild(document.createTextNode(text.slice(at, from)));
      box.appendChild(element("mark", text.slice(from, to)));
      at = to;
    });
    box.appendChild(document.createTextNode(text.slice(at, end) + (end < text.length ? "…" : "")));
    return box;
  }

  function address(page, found) {
    return root + page.address + (found.row.kind && found.row.place ? "#" + encodeURIComponent(found.row.place) : "");
  }

  function link(page, found, long) {
    var node = element("a");
    node.href = address(page, found);
    node.appendChild(passage(found, long));
    return node;
  }

  function list(page, rows, long) {
    var items = element("ul");
    rows.forEach(function (found) {
      var item = element("li");
      item.appendChild(link(page, found, long));
      items.appendChild(item);
    });
    return items;
  }

  function title(each) {
    var node = element("a", each.page.title, "page-title");
    node.href = root + each.page.address;
    return node;
  }

  // Every page that holds the words at a glance: its title, how often, and the way to the first passage.
  function overview(pages) {
    var items = element("ul", "", "pages");
    pages.forEach(function (each) {
      var item = element("li"), node = element("a", each.page.title + " ");
      node.href = address(each.page, each.rows[0]);
      node.appendChild(element("span", each.rows.length + "处"));
      item.appendChild(node);
      items.appendChild(item);
    });
    return items;
  }

  function instant(form) {
    var field = form.querySelector("input"), box = form.querySelector(".found"), timer = 0;
    function close() { box.hidden = true; }
    function show() {
      var query = field.value.trim();
      if (query.length < 2) { close(); return; }
      window.nianbaoSearch(query, function (pages) {
        box.textContent = "";
        pages.slice(0, 3).forEach(function (each) {
          box.appendChild(title(each));
          box.appendChild(list(each.page, each.rows.slice(0, 2), 46));
        });
        if (pages.length > 3) { box.appendChild(overview(pages.slice(3))); }
        var more = element("a", pages.length ? "全部结果" : "没有找到", "all");
        more.href = root + "search.html?q=" + encodeURIComponent(query);
        box.appendChild(more);
        box.hidden = false;
      });
    }
    field.addEventListener("input", function (event) {
      if (event.isComposing) { return; }
      clearTimeout(timer);
      timer = setTimeout(show, 120);
    });
    field.addEventListener("compositionend", show);
    field.addEventListener("focus", function () { withBook(function () {}); });
    form.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && !box.hidden) { event.preventDefault(); close(); field.focus(); }
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp" || box.hidden) { return; }
      var links = Array.from(box.querySelectorAll("a")), at = links.indexOf(document.activeElement);
      var next = links[at + (event.key === "ArrowDown" ? 1 : -1)];
      event.preventDefault();
      (next || field).focus();
    });
    document.addEventListener("click", function (event) { if (!form.contains(event.target)) { close(); } });
    form.addEventListener("focusout", function (event) {
      if (event.relatedTarget && !form.contains(event.relatedTarget)) { close(); }
    });
  }

  function results(form) {
    var field = form.querySelector("input"), box = document.querySelector(".results"), timer = 0;
    function show() {
      var query = field.value.trim();
      history.replaceState(null, "", query ? "?q=" + encodeURIComponent(query) : location.pathname);
      if (query.length < 2) { box.textContent = query ? "请至少输入两个字。" : ""; return; }
      window.nianbaoSearch(query, function (pages) {
        box.textContent = "";
        var hits = pages.reduce(function (sum, each) { return sum + each.rows.length; }, 0);
        box.appendChild(element("p", hits ? pages.length + "页，" + hits + "处。" : "没有找到“" + query + "”。", "tally"));
        if (pages.length > 3) { box.appendChild(overview(pages)); }
        pages.forEach(function (each) {
          var part = element("section"), head = element("h2");
          head.appendChild(title(each));
          part.appendChild(head);
          part.appendChild(list(each.page, each.rows.slice(0, 4), 120));
          if (each.rows.length > 4) {
            var more = element("details");
            more.appendChild(element("summary", "本页另有" + (each.rows.length - 4) + "处"));
            more.addEventListener("toggle", function () {
              if (more.children.length < 2) { more.appendChild(list(each.page, each.rows.slice(4, 60), 120)); }
            });
            part.appendChild(more);
          }
          box.appendChild(part);
        });
      });
    }
    form.addEventListener("submit", function (event) { event.preventDefault(); show(); });
    field.addEventListener("input", function (event) {
      if (!event.isComposing) { clearTimeout(timer); timer = setTimeout(show, 200); }
    });
    field.addEventListener("compositionend", show);
    field.value = new URLSearchParams(location.search).get("q") || "";
    if (field.value) { show(); } else { field.focus(); }
  }

  instant(document.querySelector("header form.find"));
  var large = document.querySelector("form.find.large");
  if (large) { results(large); }
})();
