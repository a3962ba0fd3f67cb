// From the address of a version to its pages, with the place in the page, which a refresh would lose.
location.replace(document.querySelector("a").href + location.hash);
