// Light or dark before the first paint. Kept apart from nianbao.js because it must run at once.
(function () {
  "use strict";
  var root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)");
  function chosen() {
    try { return localStorage.getItem("nianbao-shade") || "auto"; } catch (refused) { return "auto"; }
  }
  function apply() {
    var shade = chosen();
    root.dataset.shade = shade;
    root.dataset.theme = shade === "auto" ? (dark.matches ? "dark" : "light") : shade;
  }
  root.classList.add("js");
  if (location.search === "?embed") { root.dataset.embed = ""; }
  apply();
  dark.addEventListener("change", apply);
  addEventListener("storage", apply);
  window.nianbaoShade = function (shade) {
    try { localStorage.setItem("nianbao-shade", shade); } catch (refused) { root.dataset.shade = shade; }
    apply();
  };
})();
