// Search on every page: what it takes (seek.js and search.data.js) is loaded when somebody begins to search.
(function () {
  "use strict";
  var root = document.documentElement.dataset.root, own = document.currentScript.src;
  var search = null, waiting = [];

  function load(address) {
    var script = document.createElement("script");
    script.src = address;
    script.async = false;  // one after the other
    document.head.appendChild(script);
  }

  function withSearch(go) {
    if (search) { go(search); return; }
    waiting.push(go);
    if (waiting.length > 1) { return; }
    load(own.replace("search.js", "seek.js"));
    load(root + "search.data.js");
  }

  // seek.js calls it when the text of the book is there.
  window.nianbaoSeek = function (ready) {
    search = ready;
    waiting.splice(0).forEach(function (go) { go(search); });
  };
  // Pages for a query, best first, and what else there is to say: go([{page, score, rows}], {answers, meant, near}).
  window.nianbaoSearch = function (query, go) {
    withSearch(function (ready) {
      var found = ready.search(query);
      go(found.pages, found);
    });
  };

  var small = document.querySelector("header form.find"), large = document.querySelector("form.find.large");
  small.querySelector("input").addEventListener("focus", function () {
    withSearch(function (ready) { ready.instant(small); });
  }, { once: true });
  if (large) { withSearch(function (ready) { ready.results(large); }); }
})();
