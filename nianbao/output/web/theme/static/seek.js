// The search itself: every passage of the book is in search.data.js. A page is found where a passage holds all words of
// the query. A question is understood as well: everyday words stand for those of the book, words of questions are left
// out, regions, years and measures are known, pinyin and one wrong character are put right. Then passages are ranked by
// the pairs of characters they share with what is meant, a row of a table together with its table's title and section;
// and where a figure of the book has the name of what is meant, it stands on top.
(function () {
  "use strict";
  var root = document.documentElement.dataset.root;
  var TITLE = 0, HEADING = 1, CAPTION = 2, TABLE = 4;
  var WEIGHT = [12, 5, 3, 1, 1];  // of a passage that is a title, heading, caption, text, table row
  var SHARE = [3, 2, 2, 1, 1];    // of all titles, headings … of a page
  var WHOLE = 20;                 // 12.5 as a number of its own, against 12.5 within 112.53
  var LIKELY = [1.25, 1.15, 1.1, 1, 1];  // that a passage of this kind is what a question asks for
  var AROUND = 0.55;              // a word that stands in the title of the table or section, against the passage itself
  var NEAR = 0.8;                 // a word that is near to what is meant, against what is meant
  var SURE = 0.66;                // how much of what is meant the name of a figure says, to be an answer
  var SHOWN = 5;                  // how many passages of a page are shown
  var FEW = 3;                    // how many pages a question should have at least
  var OF_REGION = 0.35;           // the page of a region that is named
  var NAMED = 0.7;                // a page whose title is meant
  var ALONE = 0.5;                // a page that alone speaks of all that is asked for
  var OTHER = 0.75;               // a chapter about another scheme than that which is asked for
  var ASIDE = 0.7;                // a page that lists what is at home elsewhere, or a companion, where it is not asked for
  var book = [], rows = [], series = [], figures = null, lexicon = {}, regions = [], readings = {}, corpus = "", hits = new Map(), chapters = 1;

  function fold(text) {
    return text.replace(/(\d),(?=\d{3})/g, "$1").replace(/[“”‘’"※]/g, "").normalize("NFKC").toLowerCase()
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

  function pairs(text) {
    var found = [];
    for (var i = 0; i + 1 < text.length; i++) {
      var pair = text.slice(i, i + 2);
      if (pair.indexOf(" ") < 0 && found.indexOf(pair) < 0) { found.push(pair); }
    }
    return found.length ? found : [text];
  }

  // -- what is loaded -------------------------------------------------------------------------------------------
  window.nianbaoText = function (packed) {
    var pool = packed[0];
    function restored(value) {
      if (typeof value === "string") {
        return value.replace(/[\ue000-\uf8ff]/g, function (mark) { return pool[mark.charCodeAt(0) - 0xe000]; });
      }
      if (Array.isArray(value)) { return value.map(restored); }
      if (!value || typeof value !== "object") { return value; }
      var whole = {};
      Object.keys(value).forEach(function (name) { whole[restored(name)] = restored(value[name]); });
      return whole;
    }
    var known = restored(packed[1]);
    known.pages.forEach(readPage);
    regions = known.regions;
    figures = known.figures;
    readReadings(known.readings);
    readWords(known.words);
    readFigures();
    corpus = rows.map(function (row) { return row.folded; }).concat(Object.keys(lexicon)).join("\n");
    window.nianbaoSeek({ search: search, instant: instant, results: results });
  };

  // A page with its passages; each knows what stands around it: the titles of its page, section and table.
  function readPage(page, number) {
    var place = "", heading = "", above = "", begun = 0, around = null;
    var sizes = [300, 300, 300, 300, 300];  // a short page is not all of one word
    var own = page[2].map(function (row) {
      if (row.length > 2 && row[2] !== place) { place = row[2]; above = ""; begun = 0; }
      if (row[0] === HEADING) { heading = row[1]; }
      if (row[0] === CAPTION) { above = row[1]; begun = 0; }
      var text = [page[1], heading, row[0] === TABLE ? above : ""].join(" ");
      if (!around || around.text !== text) { around = { text: text, folded: fold(text), number: -1 }; }
      var found = { kind: row[0], text: row[1], folded: fold(row[1]), place: place, around: around, page: number, table: row[0] === TABLE ? above : "",
                    head: row[0] <= CAPTION || row[0] === TABLE && begun < (above ? 1 : 2) };
      if (row[0] === TABLE) {
        // The names of the columns, and for the numbers of a chart its title, stand in the first rows.
        if (begun < (above ? 1 : 2)) { above += " " + row[1]; }
        begun += 1;
      }
      sizes[row[0]] += row[1].length;
      rows.push(found);
      return found;
    });
    book.push({ address: page[0], title: page[1], named: fold(page[1]), number: number, rows: own, sizes: sizes,
                beside: /^附/.test(page[1]), region: /\/regions?[-.]/.test(page[0]) });
  }

  function readReadings(text) {
    (text.match(/[a-z]+[^a-z]+/g) || []).forEach(function (piece) {
      var reading = piece.match(/^[a-z]+/)[0];
      Array.from(piece.slice(reading.length)).forEach(function (character) {
        (readings[character] = readings[character] || []).push(reading);
      });
    });
  }

  // English words without the s of many.
  function singular(text) { return text.replace(/([a-z]{3,}[^s\W])s(?![a-z])/g, "$1"); }

  // All words by themselves: role and what they mean. What a word may mean is a word too.
  function readWords(lists) {
    Object.keys(lists).filter(function (role) { return role !== "near"; }).forEach(function (role) {
      Object.keys(lists[role]).forEach(function (word) {
        var name = singular(fold(word)), means = lists[role][word].map(fold);
        // What a page is about may have another meaning as well: 明年.
        if (role === "page" && lexicon[name]) { lexicon[name].page = means; return; }
        lexicon[name] = { role: role, means: means, page: role === "page" ? means : null };
      });
    });
    Object.keys(lists.same).forEach(function (word) {
      lists.same[word].map(fold).forEach(function (mean) { lexicon[mean] = lexicon[mean] || { role: "same", means: [] }; });
    });
    Object.keys(lists.near).forEach(function (word) {
      var known = lexicon[fold(word)] = lexicon[fold(word)] || { role: "same", means: [] };
      known.near = lists.near[word].map(fold);
    });
    regions.forEach(function (region) {
      region.slice(2).map(fold).forEach(function (name) {
        if (!lexicon[name] || lexicon[name].role !== "region") { lexicon[name] = { role: "region", means: [] }; }
        lexicon[name].means.push(region[0]);
      });
    });
  }

  // A series is what an indicator has for one region or item.
  function readFigures() {
    var at = 0, values = figures.value_of.split(" "), next = 0;
    figures.indicators.forEach(function (about) {
      for (var many = about[4]; many > 0; many--) {
        var item = figures.items[figures.series[next]], found = [];
        for (var left = figures.counts[next++]; left > 0; left--, at++) {
          found.push({ year: figures.year_of[at], kind: figures.kinds[figures.kind_of[at]], page: figures.page_of[at],
                       value: values[at], note: figures.notes[figures.note_of[at]] });
        }
        series.push({ code: about[0], item: item[0], label: item[1], name: about[1], unit: about[2],
                      spoken: fold(about[3] ? about[1] : item[1] + about[1]), region: about[3] ? item[0] : "", figures: found });
      }
    });
    // Pages that name figures which are at home elsewhere: the reference, the audit, the revisions.
    book.forEach(function (page) {
      page.lists = 10 * figures.page_of.filter(function (number) { return number === page.number; }).length < page.rows.length;
    });
    // What a chapter is about where its title is a word: 工伤保险.
    book.forEach(function (page) {
      var title = page.named.replace(/^第\S*部分/, "").trim();
      var chapter = !page.beside && !page.region && !page.lists;
      page.scheme = chapter && lexicon[title] && lexicon[title].role === "same" ? title : "";
    });
    // Companions of the report, known by their number (附一), and the pages of regions stand behind its chapters.
    chapters = book.filter(function (page) { return !page.region; }).length;
    var named = series.filter(function (each) { return !book[each.figures[0].page].beside; })
      .map(function (each) { return each.spoken; }).join("\n");
    book.forEach(function (page) {
      page.own = page.beside ? pairs(fold(page.title.replace(/^附\S*/, ""))).filter(function (pair) {
        return !/\d/.test(pair) && named.indexOf(pair) < 0;
      }) : [];
    });
    var whole = {};
    series.forEach(function (each) { if (each.region === figures.whole) { whole[each.code] = true; } });
    series.forEach(function (each) { each.only = each.region && !whole[each.code]; });
  }

  // -- words as they stand --------------------------------------------------------------------------------------
  // How often a text holds a word; a number that stands there whole counts for more.
  function count(text, word) {
    var found = 0, number = /^-?[\d.]+%?$/.test(word);
    for (var at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
      var whole = number && !/[\d.]/.test(text.charAt(at - 1)) && !/^\.?\d/.test(text.slice(at + word.length, at + word.length + 2));
      found += whole ? WHOLE : 1;
    }
    return found;
  }

  // Pages that hold all words of a query in one passage, best first: [{page, score, rows: [{row, words}]}].
  function literal(words) {
    var pages = gather(function (row) {
      var score = 0;
      for (var i = 0; i < words.length; i++) {
        var found = count(row.folded, words[i]);
        if (!found) { return 0; }
        score += found;
      }
      return score;
    }, words);
    // A region has many pages of its own: one of them, then the chapters.
    var local = pages.filter(function (each) { return each.page.region; });
    var best = local.find(function (each) { return fold(each.page.title) === words.join(""); }) || local[0];
    var behind = local.filter(function (each) { return each !== best; });
    pages = others(pages, behind).concat(behind);
    if (words.length > 1) {  // pages that hold the words together, as typed, come first; sorting keeps the order else
      var phrase = words.join("");
      pages.forEach(function (each) {
        each.together = each.rows.some(function (found) { return found.row.folded.replace(/ /g, "").indexOf(phrase) >= 0; });
      });
      pages.sort(function (a, b) { return b.together - a.together; });
    }
    return pages;
  }

  function gather(rate, words) {
    var pages = [];
    book.forEach(function (page) {
      var found = [], score = 0;
      page.rows.forEach(function (row) {
        var rated = rate(row);
        if (!rated) { return; }
        found.push({ row: row, score: rated * WEIGHT[row.kind], words: words });
        score += rated * SHARE[row.kind] / page.sizes[row.kind];
      });
      if (found.length) {
        found.sort(function (a, b) { return b.score - a.score; });
        pages.push({ page: page, score: score, rows: found });
      }
    });
    return pages.sort(function (a, b) { return b.score - a.score; });
  }

  // -- what is meant --------------------------------------------------------------------------------------------
  var OFTEN = 5;  // how often the book says two characters that are no known word, to be what is meant by others
  var AHEAD = "未来";
  var KINDS = /^[个家所处次]$/;
  var LATIN = /[a-z0-9]/;
  var EDGES = /^[是有在我和与及给被从、，。：；！？,.:;!?()（）]+|[是了在和与及、，。：；！？,.:;!?()（）]+$/g;

  // The longest known word at a place of a text; one of letters stands by itself.
  function wordAt(text, at) {
    for (var size = Math.min(40, text.length - at); size > 0; size--) {
      var word = text.slice(at, at + size), known = lexicon[word], last = size;
      if (!known) { continue; }
      if (LATIN.test(word[0])) {
        if (/[a-z0-9]/.test(text.charAt(at - 1))) { continue; }
        if (/[a-z0-9]/.test(text.charAt(at + last))) { continue; }
      }
      return { word: word, size: last, known: known };
    }
    return null;
  }

  function yearAt(text, at) {
    var found = /^((?:19|20)\d\d|\d\d(?=年))(?:年度?[末底初中]?)?/.exec(text.slice(at));
    if (!found || /[\d.]/.test(text.charAt(at - 1)) || /^[\d.%]/.test(text.slice(at + found[0].length))) { return null; }
    return { year: Number(found[1].length < 4 ? "20" + found[1] : found[1]), size: found[0].length };
  }

  // The unit that is asked for: 有多少万人, 多少亿.
  var UNIT = /^的?(?:有|是|为|共有?|总共|达到?|花了?|要|用了?)?(?:多少|几)(?:个(?!月)|名|位)?(万|亿)?(人次|人|元|块钱|块|钱|张|家|件|条|次|个月|所|台)?/;
  function unitAt(text, at) {
    var found = UNIT.exec(text.slice(at));
    if (!found || !found[1] && !found[2]) { return null; }
    var unit = /块|钱/.test(found[2] || "") ? "元" : found[2] || "";
    return { unit: unit || (found[1] === "亿" ? "亿元" : "万"), size: found[0].length };
  }

  // What a query means: terms (each with the words it may stand as), regions, years, measure and unit that are asked for.
  function understand(query) {
    var asked = { terms: [], regions: [], names: [], years: [], measure: "", unit: "", rank: "", whole: false, known: false, put: [], left: [] };
    asked.said = [fold(query)];
    scan(singular(fold(query)).replace(/[？?！!。，、；;]/g, " ").trim(), asked, true);
    asked.known = asked.known || asked.years.length > 0 && asked.terms.length > 0;
    return asked;
  }

  function scan(text, asked, first) {
    var chunk = "";
    function close() {
      if (chunk.trim()) { loose(chunk.trim(), asked, first); }
      chunk = "";
    }
    for (var at = 0; at < text.length;) {
      var year = yearAt(text, at), word = year ? null : wordAt(text, at), unit = year ? null : unitAt(text, at);
      if (unit && (!word || unit.size > word.size)) {
        close();
        asked.unit = unit.unit;
        asked.known = true;
        at += unit.size;
        continue;
      }
      if (!year && !word) { chunk += text[at++]; continue; }
      // A character before a word that begins a longer one: see `repaired`.
      close();
      if (year) {
        asked.years.push(year.year);
        // Years that no document tells of.
        if (year.year > figures.year + 1 && lexicon[AHEAD]) { take(AHEAD, lexicon[AHEAD], asked); }
        at += year.size;
        continue;
      }
      take(word.word, word.known, asked);
      at += word.size;
    }
    close();
  }

  function take(word, known, asked) {
    var meant = known.means;
    if (known.role !== "same" || meant.length) { asked.known = true; }
    if (known.role === "same") {
      asked.terms.push({ words: [word].concat(meant, known.near || []), near: (known.near || []).length, weight: 1, everyday: meant.length });
    }
    if (known.role === "region") {
      asked.regions = asked.regions.concat(meant);
      asked.names.push(word);
    }
    if (known.role === "unit") { asked.unit = meant[0]; }
    if (known.role === "year") { asked.years.push(figures.year + Number(meant[0])); }
    if (known.role === "whole") { asked.whole = true; }
    if (known.role === "rank") { asked.rank = meant[0]; }
    if (known.page) { asked.terms.push({ words: [word].concat(known.page), weight: 0.6, aside: true, page: known.page }); }
    if (known.role === "measure") {
      asked.measure = meant[0];
      asked.terms.push({ words: [word], weight: 0.3, aside: true });
    }
  }

  // What is no known word: it may stand in the book; else it may be pinyin, or have a wrong character.
  function loose(chunk, asked, first) {
    var letters = /^[a-z][a-z0-9' .-]*$/.test(chunk);
    if (!letters && /[a-z]{2}/.test(chunk) && /[^\x00-\x7f]/.test(chunk)) {
      (chunk.match(/[a-z0-9'.-]+|[^a-z]+/g) || []).forEach(function (part) { loose(part.trim(), asked, first); });
      return;
    }
    chunk = letters ? chunk : chunk.replace(EDGES, "").trim();
    if (!letters && chunk.indexOf(" ") > 0) {
      chunk.split(" ").forEach(function (part) { loose(part, asked, first); });
      return;
    }
    if (chunk.length < 2) { asked.left = asked.left.concat(Array.from(chunk)); return; }
    var put = first ? replaced(chunk, letters) : "";
    if (put) {
      if (!letters) { asked.left = asked.left.concat(Array.from(chunk)); }
      asked.put.push(put);
      asked.known = true;
      scan(put, asked, false);
      return;
    }
    var said = stands(chunk);
    if (!said && chunk.length < 6) { asked.left = asked.left.concat(Array.from(chunk)); }
    var heard = pairs(chunk).filter(function (pair) { return corpus.indexOf(pair) >= 0; }).length / pairs(chunk).length;
    asked.terms.push({ words: [chunk], weight: said || heard > 0.5 && !letters ? 1 : 0.3 });
  }

  function replaced(chunk, letters) {
    if (!letters) { return stands(chunk) ? "" : corrected(chunk); }
    var parts = chunk.split(" ").map(syllables);
    return parts.every(Boolean) ? parts.join(" ") : stands(chunk) ? "" : spelled(chunk);
  }

  // The known word that letters spell in whole syllables, though they may stand in the book as well: yongning.
  function syllables(letters) {
    var piece = letters.length > 3 ? pieceOf(letters) : "", shape = piece && spells(piece, 0, letters, 0);
    return shape && lexicon[piece] && !shape[1] ? piece : "";
  }

  function stands(chunk) {
    if (!/^[a-z]/.test(chunk)) { return corpus.indexOf(chunk) >= 0; }
    return new RegExp("(^|[^a-z])" + escaped(chunk) + "([^a-z]|$)").test(corpus);
  }

  function escaped(text) { return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"); }

  // -- pinyin ---------------------------------------------------------------------------------------------------
  var vocabulary = null;

  // Names and words that somebody may spell: known words, names of indicators, titles, headings and captions.
  function spoken() {
    if (vocabulary) { return vocabulary; }
    var found = new Set(Object.keys(lexicon).filter(function (word) {
      return !LATIN.test(word[0]) && lexicon[word].role !== "skip" && lexicon[word].role !== "unit";
    }));
    series.forEach(function (each) { found.add(each.spoken); });
    rows.forEach(function (row) { if (row.kind <= CAPTION) { found.add(row.folded); } });
    vocabulary = Array.from(found);
    return vocabulary;
  }

  // How many characters of a text from a place on spell letters, whole syllables or initials: [characters, initials], or null.
  function spells(text, at, letters, from) {
    if (from === letters.length) { return [0, 0]; }
    var best = null;
    (readings[text[at]] || []).forEach(function (reading) {
      [[reading, 0], [reading[0], 1]].forEach(function (form) {
        if (letters.substr(from, form[0].length) !== form[0]) { return; }
        var rest = spells(text, at + 1, letters, from + form[0].length);
        if (rest && (!best || rest[1] + form[1] < best[1])) { best = [rest[0] + 1, rest[1] + form[1]]; }
      });
    });
    return best;
  }

  // The word of the book that letters spell: whole syllables before initials, known words and beginnings before others,
  // then what the book says more often.
  function pieceOf(letters) {
    var found = {};
    spoken().forEach(function (text) {
      for (var at = 0; at < text.length; at++) {
        var known = readings[text[at]];
        if (!known || !known.some(function (reading) { return reading[0] === letters[0]; })) { continue; }
        var shape = spells(text, at, letters, 0);
        if (!shape || shape[0] < 2) { continue; }
        var piece = text.substr(at, shape[0]);
        var rank = (lexicon[piece] ? 3 : 0) + (at ? 0 : 1) - 8 * shape[1] / shape[0];
        if (!(piece in found) || found[piece] < rank) { found[piece] = rank; }
      }
    });
    var best = "", most = -Infinity;
    Object.keys(found).sort(function (a, b) { return found[b] - found[a]; }).slice(0, 60).forEach(function (piece) {
      var rank = found[piece] + Math.log(1 + corpus.split(piece).length);
      if (rank > most) { most = rank; best = piece; }
    });
    return best;
  }

  // Letters as words of the book: together, else as a row of words, the longest first; else one letter of a known word is wrong.
  function spelled(chunk) {
    var words = chunk.split(" "), letters = chunk.replace(/[^a-z]/g, "");
    var short = words.length > 1 && words.every(function (word) { return word.length < 7; });
    var together = letters.length > 1 && letters.length < 50 && (words.length === 1 || short) ? pieceOf(letters) : "";
    if (together) { return together; }
    var parts = words.map(function (part) { return pieceOf(part) || rowOf(part) || (stands(part) ? part : nearLatin(part)); });
    return parts.every(Boolean) ? parts.join(" ") : rowOf(letters) || nearLatin(chunk) || parts.filter(Boolean).join(" ");
  }

  function rowOf(letters) {
    var done = "", from = 0;
    while (from < letters.length) {
      var size = Math.min(30, letters.length - from), piece = "";
      for (; size > 2 && !piece; size--) { piece = pieceOf(letters.substr(from, size)); }
      if (!piece) { return ""; }
      done += piece;
      from += size + 1;
    }
    return done;
  }

  function nearLatin(word) {
    return word.length < 4 ? "" : Object.keys(lexicon).find(function (known) { return LATIN.test(known[0]) && oneOff(word, known); }) || "";
  }

  // Whether two words differ in one letter that is wrong, missing, too many, or in two that changed places.
  function oneOff(a, b) {
    if (Math.abs(a.length - b.length) > 1) { return false; }
    var from = 0, left = a.length, right = b.length;
    while (from < left && from < right && a[from] === b[from]) { from++; }
    while (left > from && right > from && a[left - 1] === b[right - 1]) { left--; right--; }
    if (left - from <= 1 && right - from <= 1) { return true; }
    return left - from === 2 && right - from === 2 && a[from] === b[from + 1] && a[from + 1] === b[from];
  }

  // -- one wrong character ----------------------------------------------------------------------------------------
  // Characters that sound alike, to those as well who do not tell min from ming, or si from shi.
  function alike(a, b) {
    var others = (readings[b] || []).map(blurred);
    return (readings[a] || []).some(function (reading) { return others.indexOf(blurred(reading)) >= 0; });
  }

  function blurred(reading) { return reading.replace(/^([zcs])h/, "$1").replace(/([ie])ng$/, "$1n"); }

  // What the book says in place of words that differ from it in one character; nothing where it says no such.
  function corrected(chunk) {
    var whole = near(chunk);
    if (whole && sounds(chunk, whole)) { return whole; }
    // A character more in front is none of the word: 占养老保险.
    if (chunk.length > 3 && stands(chunk.slice(1))) { return ""; }
    if (whole && (lexicon[whole] || chunk.length > 3 && whole.length === chunk.length) && mistaken(chunk, whole)) { return whole; }
    for (var size = Math.min(5, chunk.length - 1); size > 2; size--) {
      for (var at = 0; at + size <= chunk.length; at++) {
        var part = chunk.substr(at, size);
        var fitting = stands(part) ? "" : near(part);
        if (lexicon[fitting] && sounds(part, fitting)) { return chunk.slice(0, at) + fitting + chunk.slice(at + size); }
      }
    }
    return "";
  }

  // Whether a word may be mistyped: characters alike in sound, one too many or too few, two that changed places, or one
  // that the book does not know; other words are words of their own.
  function mistaken(word, meant) {
    if (word.length !== meant.length) { return word.length > 3 && meant.length > 3; }
    var wrong = Array.from(word).filter(function (each, at) { return each !== meant[at] && !alike(each, meant[at]); });
    return wrong.length === 0 || wrong.every(function (each) { return !readings[each]; }) ||
      wrong.length === 2 && Array.from(word).sort().join("") === Array.from(meant).sort().join("");
  }

  function sounds(a, b) {
    return a.length === b.length && Array.from(a).every(function (each, at) { return each === b[at] || alike(each, b[at]); });
  }

  function near(chunk) {
    if (chunk.length > 12 || /\d/.test(chunk)) { return ""; }
    var forms = [], counts = {}, best = "", most = 0;
    for (var i = 0; i < chunk.length; i++) {
      forms.push(escaped(chunk.slice(0, i)) + "[^\\n -~]" + escaped(chunk.slice(i + 1)));
      if (chunk.length > 3) { forms.push(escaped(chunk.slice(0, i) + chunk.slice(i + 1))); }
      if (chunk.length > 2 && i) { forms.push(escaped(chunk.slice(0, i)) + "[^\\n -~]" + escaped(chunk.slice(i))); }
      if (chunk.length > 2 && i) { forms.push(escaped(chunk.slice(0, i - 1) + chunk[i] + chunk[i - 1] + chunk.slice(i + 1))); }
    }
    (corpus.match(new RegExp(forms.join("|"), "g")) || []).forEach(function (text) { counts[text] = (counts[text] || 0) + 1; });
    Object.keys(counts).forEach(function (text) {
      var same = sounds(chunk, text);
      if (chunk.length < 3 && !(same && (lexicon[text] || counts[text] >= OFTEN))) { return; }
      var rank = Math.log(1 + counts[text]) + (same ? 5 : 0) + (lexicon[text] ? 3 : 0) - (text.length === chunk.length ? 0 : 1);
      if (rank > most) { most = rank; best = text; }
    });
    return best;
  }

  // A known word that the query has but for one character, where nothing else can be made of that character: 社保咔.
  function repaired(text, left) {
    var plain = fold(text).replace(/\s/g, "");
    for (var size = Math.min(6, plain.length); size > 2; size--) {
      for (var at = 0; at + size <= plain.length; at++) {
        var part = plain.substr(at, size);
        if (!left.some(function (each) { return part.indexOf(each) >= 0; })) { continue; }
        var found = Object.keys(lexicon).find(function (word) {
          return word.length === size && !/[多少几了]/.test(word) && word !== part && oneOff(word, part) && mistaken(part, word);
        });
        if (found) { return plain.slice(0, at) + found + plain.slice(at + size); }
      }
    }
    return "";
  }

  // -- passages for what is meant -----------------------------------------------------------------------------------
  // Where a piece of text stands: for each passage 1 in itself, 2 around it, 3 both; and how rare it is.
  function where(piece) {
    var known = hits.get(piece);
    if (known) { return known; }
    var at = new Uint8Array(rows.length), own = 0, last = null, around = 0, pages = [];
    rows.forEach(function (row, number) {
      if (row.around !== last) { last = row.around; around = last.folded.indexOf(piece) >= 0 ? 2 : 0; }
      var inside = row.folded.indexOf(piece) >= 0 ? 1 : 0;
      own += inside;
      if (inside && pages.indexOf(row.page) < 0 && tells(book[row.page])) { pages.push(row.page); }
      at[number] = inside + around;
    });
    // What stands nowhere may only be where two words meet.
    known = { at: at, own: own, pages: pages, rare: Math.log((rows.length + 1) / (own + 1)) * (own ? 1 : 0.35) };
    hits.set(piece, known);
    return known;
  }

  // Whether a page tells something itself: no list of what is at home elsewhere, no region's page.
  function tells(page) { return !page.lists && !page.region; }

  function prepare(asked) {
    asked.terms.forEach(function (term) {
      term.forms = term.words.map(function (word, at) {
        var parts = pairs(word).map(where), sum = 0;
        parts.forEach(function (part) { sum += part.rare; });
        return { word: word, pairs: pairs(word), parts: parts, sum: sum || 1, whole: where(word),
                 close: at < term.words.length - (term.near || 0) ? 1 : NEAR };
      });
      term.worth = term.weight * Math.max.apply(null, term.forms.map(function (form) { return form.sum / form.parts.length; }));
    });
  }

  // How much of a term a passage says, 0 to 1.2.
  function said(term, number) {
    var best = 0;
    term.forms.forEach(function (form) {
      var whole = form.whole.at[number], sum = 0;
      if (whole & 1) { best = Math.max(best, 1.2 * form.close); return; }
      form.parts.forEach(function (part) {
        var at = part.at[number];
        sum += at & 1 ? part.rare : at ? AROUND * part.rare : 0;
      });
      best = Math.max(best, form.close * sum / form.sum * 0.9, whole ? 0.75 * form.close : 0);
    });
    return best;
  }

  function mention(words, number, missing, own, around) {
    if (!words.length) { return 0; }
    var at = 0;
    words.forEach(function (word) { at |= where(word).at[number]; });
    return at & 1 ? own : at ? around : missing;
  }

  // Pages for a question, best first; the pages of the answers come with them.
  function meantPages(asked, answers) {
    var pages = pagesAbove(0.4, 0.45, asked, answers);
    if (pages.length) { return pages; }
    asked.weak = true;
    if (asked.terms.every(function (term) { return /^[\x00-\x7f]+$/.test(term.words[0]) && term.words.length === 1; })) { return []; }
    return pagesAbove(0.15, 0.45, asked, answers);
  }

  function pagesAbove(least, apart, asked, answers) {
    var worth = 0, number = 0, years = asked.years.map(String), pages = [];
    var answered = answers.length ? book[answers[0].figure.page] : null;
    asked.terms.forEach(function (term) { worth += term.worth; });
    book.forEach(function (page) {
      var found = [];
      page.rows.forEach(function (row) {
        var sum = 0, at = number++;
        asked.terms.forEach(function (term) { sum += term.worth * said(term, at); });
        var score = worth ? sum / worth : 0.5;
        score += mention(asked.names, at, -0.35, 0.5, 0.35) + mention(years, at, -0.08, 0.15, 0.12);
        if (score > (page === answered ? 0.1 : least)) {
          // A long passage holds many words that have nothing to do with each other.
          score *= LIKELY[row.kind] * (page.lists && row.kind > CAPTION ? 0.75 : 1) * (1 - 0.2 * Math.min(1, row.folded.length / 400));
          found.push({ row: row, score: score, words: shownWords(asked, row) });
        }
      });
      found = found.filter(function (each) { return each.words.length; });
      found.sort(function (a, b) { return b.score - a.score; });
      if (!found.length) { return; }
      var named = isNamed(page, asked);
      var next = found.slice(1, 6).reduce(function (all, each) { return all + each.score; }, 0);
      var score = (found[0].score + 0.06 * next) * (1 - 0.3 * Math.min(1, page.number / chapters));
      if (asked.regions.some(function (code) { return page.address.indexOf("-" + code + ".") > 0; })) { score += OF_REGION; }
      var only = alone(page, asked);
      score = named ? score + NAMED : score * (isAside(page, asked) && !only ? ASIDE : 1);
      score += ALONE * only;
      score *= isOther(page, asked) ? OTHER : 1;
      answers.forEach(function (answer, place) { if (answer.figure.page === page.number) { score += (place ? 0.1 : 0.5) * answer.score; } });
      pages.push({ page: page, score: score, rows: found.filter(function (each) { return each.score > 0.55 * found[0].score; }).slice(0, 64) });
    });
    pages.sort(function (a, b) { return b.score - a.score; });
    return pages.filter(function (each) { return each.score > apart * pages[0].score; });
  }

  // Whether a query says what a page is about.
  function isNamed(page, asked) {
    var title = fold(page.title);
    return asked.terms.some(function (term) {
      return term.page && term.page.some(function (name) { return title.indexOf(name) >= 0; });
    });
  }

  // How much of what is asked for only this page speaks of, 0 to 1.
  function alone(page, asked) {
    var sum = 0, all = 0;
    if (!tells(page)) { return 0; }
    asked.terms.forEach(function (term) {
      if (term.aside || term.everyday) { return; }
      term.forms[0].parts.forEach(function (part) {
        all += part.own ? part.rare : 0;
        sum += part.pages.length === 1 && part.pages[0] === page.number ? part.rare : 0;
      });
    });
    return all ? sum / all : 0;
  }

  // Whether a chapter is about another scheme than that which is asked for: its title is a word, but none of the query.
  function isOther(page, asked) {
    var said = [];
    if (!page.scheme) { return false; }
    asked.terms.forEach(function (term) { if (!term.aside) { said = said.concat(term.words); } });
    function says(name) { return said.some(function (word) { return word.indexOf(name) >= 0; }); }
    return !says(page.scheme) && book.some(function (each) { return each.scheme && says(each.scheme); });
  }

  // Whether a page stands behind the chapters: it lists what is at home elsewhere, or is a companion that is not named.
  function isAside(page, asked) {
    if (page.region) { return !asked.names.length; }
    if (!page.beside) { return page.lists && page.rows.length > 1000; }
    return !page.own.some(function (pair) {
      return asked.names.concat(asked.said).some(function (word) { return word.indexOf(pair) >= 0; });
    }) && !asked.years.some(function (year) { return year !== figures.year && page.title.indexOf(year) >= 0; });
  }

  // What is set off in a passage: the words that are meant, else pairs of them; names of regions and years.
  function shownWords(asked, row) {
    var found = [];
    asked.terms.forEach(function (term) {
      var whole = term.words.filter(function (word) { return row.folded.indexOf(word) >= 0; });
      if (whole.length) { found = found.concat(whole); return; }
      term.forms.forEach(function (form) {
        found = found.concat(form.pairs.filter(function (pair) { return row.folded.indexOf(pair) >= 0; }));
      });
    });
    return found.concat(asked.names.concat(asked.years.map(String)).filter(function (word) { return row.folded.indexOf(word) >= 0; }));
  }

  // -- answers ----------------------------------------------------------------------------------------------------
  // How much of a term a name says, 0 to 1; what it says is noted in `covered`.
  function saidIn(term, name, covered) {
    var best = 0, parts = [];
    term.forms.forEach(function (form) {
      var sum = 0, here = form.pairs.filter(function (pair, at) {
        var is = name.indexOf(pair) >= 0;
        sum += is ? form.parts[at].rare : 0;
        return is;
      });
      if (form.close * sum / form.sum > best) { best = form.close * sum / form.sum; parts = here; }
    });
    parts.forEach(function (pair) {
      for (var at = name.indexOf(pair); at >= 0; at = name.indexOf(pair, at + 1)) { covered[at] = covered[at + 1] = 1; }
    });
    return best;
  }

  // What a name says of what is meant. What the title of a companion says, its figures need not: whose budget it is.
  function nameScore(asked, name, title) {
    var sum = 0, worth = 0, covered = {}, own = 0, size = name.replace(/合计$/, "").length;
    asked.terms.forEach(function (term) {
      if (term.aside || asked.codes.indexOf(term.words[0]) >= 0) { return; }
      var said = saidIn(term, name, covered);
      own = Math.max(own, said);
      worth += term.worth;
      sum += term.worth * (title && said < 1 ? Math.max(said, saidIn(term, title, {})) : said);
    });
    if (!worth) { return asked.codes.length ? 0.8 : 0; }
    return own > 0.5 ? sum / worth - 0.14 * Math.max(0, 1 - Object.keys(covered).length / size) : 0;
  }

  function fits(each, asked) {
    if (!each.region) { return !asked.regions.length; }
    if (asked.regions.length) { return asked.regions.indexOf(each.region) >= 0; }
    return each.region === figures.whole || each.only;
  }

  // The figure of a series that is asked for: measure and year, or what comes next to them.
  function chosen(each, asked) {
    var year = asked.years.length ? Math.max.apply(null, asked.years) : 0, base = asked.years.length > 1 ? Math.min.apply(null, asked.years) : 0;
    var best = null, most = -Infinity;
    each.figures.forEach(function (figure) {
      var end = figure.kind[0], measure = (/^:(change|growth|avg_growth|points|share)(?=:)/.exec(end) || ["", ""])[1];
      var wanted = asked.measure === measure || asked.measure === "growth" && measure === "change" || asked.measure === "change" && /growth|points/.test(measure);
      var rank = measure === asked.measure ? 100 : wanted && asked.measure ? 60 : measure ? -100 : 0;
      rank += year ? (figure.year === year ? 50 : -Math.abs(figure.year - year)) : -Math.abs(figures.year - figure.year) - (figure.year > figures.year ? 0.5 : 0);
      if (measure && year && end.slice(-5) === ":" + year) { rank += 70; }  // what is compared with: than in 2020
      if (end === ":share:" + each.code) { rank -= 200; }  // the whole of itself
      if (measure && measure !== "share") { rank += end.indexOf(":" + (base || figure.year - 1)) >= 0 ? 20 : 0; }
      rank -= /:(level|unit|formula):?/.test(end) ? 0.4 : 0;
      if (rank > most) { most = rank; best = figure; }
    });
    return best;
  }

  // The codes of items that are asked for: 30216.
  function codesIn(asked) {
    return asked.terms.map(function (term) { return term.words[0]; }).filter(function (word) {
      return /^\d{3,}$/.test(word) && series.some(function (each) { return !each.region && each.item === word; });
    });
  }

  // Figures whose names say what is meant, best first: [{series, figure, score}].
  function answersTo(asked) {
    var names = {}, found = [];
    // What the book does not know of cannot be answered from it.
    if (!asked.terms.some(function (term) { return term.weight === 1; }) || asked.terms.some(unknown)) { return []; }
    asked.codes = codesIn(asked);
    series.forEach(function (each) {
      if (!fits(each, asked) || asked.codes.length && asked.codes.indexOf(each.item) < 0) { return; }
      var home = book[each.figures[0].page], title = home.beside ? home.named : "", known = each.spoken + title;
      if (!(known in names)) { names[known] = nameScore(asked, each.spoken, title); }
      var score = names[known];
      if (score < SURE - 0.2) { return; }
      if (asked.unit) { score += counted(each.unit, asked.unit); }
      if (!each.region && each.label && !named(asked, each.label)) { score -= 0.1; }
      if (each.only && !asked.regions.length) { score -= 0.1; }
      var figure = chosen(each, asked);
      if (asked.years.length && asked.years.indexOf(figure.year) < 0) { score -= 0.2; }
      score -= 0.15 * figure.page / chapters + (each.region ? 0 : 0.03) + (isAside(book[figure.page], asked) ? 0.06 : 0);
      found.push({ series: each, figure: figure, score: score, said: names[known] });
    });
    // Figures of the year that is asked for, where there are any.
    var timely = found.filter(function (each) { return each.said > SURE - 0.15 && asked.years.indexOf(each.figure.year) >= 0; });
    if (timely.length) { found = timely; }
    // Those that fit alike stay in the order of the book and of the catalogue.
    found.sort(function (a, b) { return Math.round(40 * b.score) - Math.round(40 * a.score) || a.figure.page - b.figure.page; });
    if (!found.length || found[0].said < SURE) { return []; }
    if (asked.codes.length) { found = found.filter(function (each) { return Number(each.figure.value); }); }
    found = found.filter(function (each, at) { return at < (asked.codes.length ? 8 : 5) && each.score > found[0].score - 0.12; });
    if (!asked.rank || asked.regions.length) { return found; }
    var top = found.filter(function (each) { return each.series.region; });
    return top.length ? top.slice(0, single(top) ? 1 : 3).map(function (each) { return ranked([each], asked)[0]; }).filter(Boolean) : [];
  }

  // Of the regions that hold no others, the one that has most or least of what is meant; nothing where several have.
  function ranked(answers, asked) {
    var code = answers[0].series.code, found = [], above = {};
    series.forEach(function (each) {
      if (each.code !== code || !each.region || each.region === figures.whole) { return; }
      var figure = chosen(each, asked);
      if (figure.year === answers[0].figure.year && figure.kind[0] === answers[0].figure.kind[0]) {
        found.push({ series: each, figure: figure, score: answers[0].score });
      }
    });
    found.forEach(function (each) {
      regions.forEach(function (region) { if (region[0] === each.series.region) { above[region[1]] = true; } });
    });
    found = found.filter(function (each) { return !above[each.series.region]; });
    var sign = asked.rank === "max" ? -1 : 1;
    found.sort(function (a, b) { return sign * (Number(a.figure.value) - Number(b.figure.value)); });
    return found.length > 1 && found[0].figure.value !== found[1].figure.value ? found.slice(0, 1) : [];
  }

  // What a unit adds to a score where another, or the same, is asked for: 万元 is money too, a number of persons is not.
  function counted(unit, wanted) {
    if (unit.indexOf(wanted) >= 0) { return 0.1; }
    return wanted === "万" || /元$/.test(unit) && /元$/.test(wanted) || KINDS.test(unit) && KINDS.test(wanted) ? 0 : -0.2;
  }

  // Whether a query says the name of an item, or most of it.
  function named(asked, label) {
    var own = pairs(fold(label)), words = [];
    asked.terms.forEach(function (term) { words = words.concat(term.words); });
    return words.some(function (word) {
      return own.filter(function (pair) { return word.indexOf(pair) >= 0; }).length > own.length / 2;
    });
  }

  function unknown(term) {
    if (term.aside) { return false; }
    return term.forms.every(function (form) { return form.parts.every(function (part) { return !part.own; }); });
  }

  function nameOf(answer) {
    var figure = answer.figure, end = figure.kind[1];
    if (end[0] === "=") { return end.slice(1); }
    var area = answer.series.region === figures.whole ? figures.area : answer.series.label;
    return figure.year + "年" + area + answer.series.name + end;
  }

  function idOf(answer) { return answer.series.code + ":" + answer.series.item + ":" + answer.figure.year + answer.figure.kind[0]; }

  // -- a query ------------------------------------------------------------------------------------------------------
  // {pages, answers, meant: what was put in the place of the query's words, near: words where nothing is found}
  function search(query) {
    var words = split(query);
    if (words.join("").length < 2) { return { pages: [], answers: [], meant: [], near: [] }; }
    var asked = understand(query), typed = literal(words), pages = typed;
    prepare(asked);
    var answers = answersTo(asked), put = !pages.length && asked.left.length ? repaired(query, asked.left) : "";
    if (put) {
      asked = understand(put);
      asked.put.push(put);
      asked.known = true;
      prepare(asked);
      answers = answersTo(asked);
    }
    // Letters that are a word of the book are that word, where only lists hold them: codes.
    if (asked.put.length && !typed.some(function (each) { return tells(each.page); })) { pages = []; }
    var some = asked.terms.length || asked.names.length;
    if (!pages.length || asked.known || answers.length) {
      var exact = answers.length > 0 && answers[0].series.spoken.indexOf(words.join("")) >= 0;
      var leads = answers.length > 0 && (asked.known || exact || single(answers));
      pages = merged(pages, some ? meantPages(asked, answers) : [], leads, asked.known, exact);
    }
    if (!typed.length) { pages = withAnswer(pages, answers); }
    // Where few pages hold it, those that come next are shown as well; not for a number, which is that or another.
    if (pages.length && pages.length < FEW && some && /[^\d.%\s]{2}/.test(query)) {
      pages = filled(pages, typed, pagesAbove(0.15, 0, asked, answers), asked);
    }
    return { pages: pages, answers: answers, weak: asked.weak, meant: asked.put.concat(everyday(asked)),
             near: pages.length && !asked.weak ? [] : nearWords(query) };
  }

  // The page of the figure on top is among the first.
  function withAnswer(pages, answers) {
    var home = answers.length && single(answers) ? book[answers[0].figure.page] : null;
    var found = pages.filter(function (each) { return each.page === home; });
    return pages.indexOf(found[0]) < FEW ? pages : pages.slice(0, FEW - 1).concat(found, others(pages.slice(FEW - 1), found));
  }

  // A few pages with those that come next; what only lists things comes last, unless it holds the words as typed.
  function filled(pages, typed, more, asked) {
    var all = pages.concat(others(more, pages));
    var last = all.filter(function (each) {
      return each.page.lists && isAside(each.page, asked) && !isNamed(each.page, asked) && !among(typed, each.page);
    });
    var first = others(all, last).concat(last).slice(0, FEW);
    return first.concat(others(pages, first));
  }

  // Pages that hold the words as typed come first where they are few, behind the page of an answer; where they are many,
  // both orders count if the words are not only to be taken as they stand; `exact`: the name of a figure holds them.
  function merged(typed, meant, answered, known, exact) {
    var places = new Map();
    function first(list, page) {
      return list.filter(function (each) { return each.page === page; }).concat(list.filter(function (each) { return each.page !== page; }));
    }
    var best = answered && meant.length ? meant[0].page : null;
    if (typed.length < 3 || typed.length === 3 && exact) {
      var top = best ? meant.slice(0, 1) : [];
      top = top.concat(others(typed, top));
      return top.concat(others(meant, top));
    }
    if (typed.length === 3 || !known) { return first(typed.concat(known ? others(meant, typed) : []), typed.length > 3 || among(typed, best) ? best : null); }
    [typed, meant].forEach(function (list) {
      list.forEach(function (each, at) { places.set(each.page, (places.get(each.page) || 0) + 1 / (at + 2)); });
    });
    return typed.concat(others(meant, typed)).sort(function (a, b) { return places.get(b.page) - places.get(a.page); });
  }

  function others(list, than) { return list.filter(function (each) { return !among(than, each.page); }); }

  function among(list, page) { return list.some(function (each) { return each.page === page; }); }

  function everyday(asked) {
    var found = [];
    asked.terms.forEach(function (term) { if (term.everyday) { found = found.concat(term.words.slice(1, term.everyday + 1)); } });
    return found.filter(function (word, at) { return found.indexOf(word) === at; });
  }

  // Words of the book that share most with a query that finds nothing.
  function nearWords(query) {
    var characters = new Set(Array.from(fold(query).replace(/\s/g, "")));
    return spoken().map(function (word) {
      var shared = Array.from(new Set(Array.from(word))).filter(function (each) { return characters.has(each); }).length;
      return [shared / Math.sqrt(word.length), shared, word];
    }).filter(function (each) { return each[1] > 0 && each[2].length < 20 && !/[:_]/.test(each[2]); })
      .sort(function (a, b) { return b[0] - a[0]; }).slice(0, 6).map(function (each) { return each[2]; });
  }

  // -- showing ------------------------------------------------------------------------------------------------------
  function element(tag, text, name) {
    var node = document.createElement(tag);
    if (text) { node.textContent = text; }
    if (name) { node.className = name; }
    return node;
  }

  // Where the piece of a long text begins that says most of what is meant: the beginning, if that does.
  function opening(text, spans, long) {
    var best = 0, most = -1;
    if (text.length <= long) { return 0; }
    [0].concat(spans.map(function (span) { return Math.max(0, Math.min(span[0] - Math.floor(long / 4), text.length - long)); }))
      .forEach(function (start) {
        var seen = {};
        spans.forEach(function (span) {
          if (span[0] >= start && span[1] <= start + long) { seen[text.slice(span[0], span[1])] = span[1] - span[0]; }
        });
        var sum = Object.keys(seen).reduce(function (all, word) { return all + seen[word]; }, 0);
        if (sum > most) { most = sum; best = start; }
      });
    return best;
  }

  function passage(found, long) {
    var text = found.row.text, low = folded(text), spans = [];
    found.words.forEach(function (word) {
      for (var at = low.text.indexOf(word); at >= 0; at = low.text.indexOf(word, at + 1)) {
        spans.push([low.places[at], low.places[at + word.length - 1] + 1]);
      }
    });
    spans.sort(function (a, b) { return a[0] - b[0]; });
    var start = opening(text, spans, long);
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
    // A row says little without the title and columns of its table.
    if (found.row.table && long > 100) { node.appendChild(element("small", found.row.table.trim().slice(0, 90))); }
    node.appendChild(passage(found, long));
    return node;
  }

  function list(page, some, long) {
    var items = element("ul");
    some.forEach(function (found) {
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

  function grouped(value) {
    var parts = value.replace("-", "").split(".");
    parts[0] = parts[0].replace(/\B(?=(\d{3})+$)/g, ",");
    return (value[0] === "-" ? "−" : "") + parts.join(".");
  }

  // An amount to the fen as people say it: 41,665.38元（4.17万元）.
  function shorter(value, unit) {
    return unit === "元" && /\.\d\d$/.test(value) && Math.abs(value) >= 10000 ? "（" + grouped((value / 10000).toFixed(2)) + "万元）" : "";
  }

  function amount(answer) {
    var unit = answer.figure.kind[2] || answer.series.unit;
    return grouped(answer.figure.value) + (unit === "比" ? "∶1" : unit) + (answer.figure.note ? "※" : "") + shorter(answer.figure.value, unit);
  }

  function figureLink(answer, text) {
    var node = element("a", text);
    node.href = root + book[answer.figure.page].address + "#q=" + encodeURIComponent(idOf(answer));
    return node;
  }

  // Whether one figure says what is meant better than any other.
  function single(answers) { return answers.length === 1 || answers[0].score - answers[1].score > 0.035; }

  function figureList(answers) {
    var items = element("ul");
    answers.forEach(function (each) {
      var item = element("li");
      item.appendChild(figureLink(each, nameOf(each) + " " + amount(each)));
      items.appendChild(item);
    });
    return items;
  }

  // The figure that answers, with year, region, unit, where it stands and, if it is in doubt, why; others that may be meant.
  function answerBox(answers, brief) {
    var box = element("section", "", "answer"), one = single(answers);
    box.setAttribute("aria-label", "书中的数");
    if (one) { bigFigure(box, answers[0], brief); }
    if (!one) { box.appendChild(element("p", "书中有这些数：")); }
    var others = answers.slice(one ? 1 : 0, brief ? 3 : 8);
    if (others.length && !(one && brief)) { box.appendChild(figureList(others)); }
    return box;
  }

  function bigFigure(box, answer, brief) {
    var figure = answer.figure, big = element("p", "", "big");
    box.appendChild(element("p", nameOf(answer)));
    big.appendChild(figureLink(answer, amount(answer)));
    box.appendChild(big);
    if (figure.note) { box.appendChild(element("p", "※ 此数存疑：" + figure.note, "doubt")); }
    if (brief) { return; }
    var years = figure.kind[0] ? [] : answer.series.figures.filter(function (each) { return !each.kind[0] && each !== figure; });
    var others = years.slice(-6).map(function (each) { return each.year + "年" + amount({ series: answer.series, figure: each }); });
    box.appendChild(element("p", "见" + book[figure.page].title + (others.length ? "；" + others.join("，") : ""), "where"));
  }

  // What there is instead of nothing: near words, and the contents of the book.
  function instead(near) {
    var box = element("div", "", "instead");
    if (near.length) {
      var words = element("p", "书里相近的词：");
      near.forEach(function (word) {
        var node = element("a", word);
        node.href = root + "search.html?q=" + encodeURIComponent(word);
        words.append(node, " ");
      });
      box.appendChild(words);
    }
    box.appendChild(element("p", "或从目录找："));
    var items = element("ul", "", "pages");
    book.forEach(function (page) {
      var item = element("li");
      item.appendChild(title({ page: page }));
      items.appendChild(item);
    });
    box.appendChild(items);
    return box;
  }

  function tally(query, found) {
    var hits = found.pages.reduce(function (sum, each) { return sum + each.rows.length; }, 0);
    if (found.weak && hits) { return element("p", "书中没有与“" + query + "”相符的内容，下面是相近的。", "tally"); }
    var meant = found.meant.length && hits ? "也按“" + found.meant.join("”“") + "”查找。" : "";
    return element("p", (hits ? found.pages.length + "页，" + hits + "处。" : "没有找到“" + query + "”。") + meant, "tally");
  }

  function instant(form) {
    var field = form.querySelector("input"), box = form.querySelector(".found"), timer = 0;
    function close() { box.hidden = true; }
    function show() {
      var query = field.value.trim();
      if (query.length < 2) { close(); return; }
      var found = search(query), pages = found.pages;
      box.textContent = "";
      if (found.answers.length) { box.appendChild(answerBox(found.answers, true)); }
      pages.slice(0, 3).forEach(function (each) {
        box.appendChild(title(each));
        box.appendChild(list(each.page, each.rows.slice(0, 2), 46));
      });
      if (pages.length > 3) { box.appendChild(overview(pages.slice(3))); }
      var more = element("a", pages.length ? "全部结果" : "没有找到，看相近的词和目录", "all");
      more.href = root + "search.html?q=" + encodeURIComponent(query);
      box.appendChild(more);
      box.hidden = false;
    }
    field.addEventListener("input", function (event) {
      if (event.isComposing) { return; }
      clearTimeout(timer);
      timer = setTimeout(show, 120);
    });
    field.addEventListener("compositionend", show);
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
    if (document.activeElement === field && field.value) { show(); }
  }

  // Of titles and heads of columns only the best two are shown before what stands below such, and nothing twice.
  function withoutHeads(found) {
    var heads = 0, seen = {};
    var first = found.filter(function (each) {
      if (seen[each.row.folded] || each.row.head && heads === 2) { return false; }
      seen[each.row.folded] = true;
      heads += each.row.head ? 1 : 0;
      return true;
    });
    return first.concat(found.filter(function (each) { return first.indexOf(each) < 0; }));
  }

  function section(each) {
    var part = element("section"), head = element("h2");
    head.appendChild(title(each));
    part.appendChild(head);
    var found = withoutHeads(each.rows);
    part.appendChild(list(each.page, found.slice(0, SHOWN), 150));
    if (found.length > SHOWN) {
      var more = element("details");
      more.appendChild(element("summary", "本页另有" + (found.length - SHOWN) + "处"));
      more.addEventListener("toggle", function () {
        if (more.children.length < 2) { more.appendChild(list(each.page, found.slice(SHOWN, 60), 150)); }
      });
      part.appendChild(more);
    }
    return part;
  }

  function results(form) {
    var field = form.querySelector("input"), box = document.querySelector(".results"), timer = 0;
    function show() {
      var query = field.value.trim();
      history.replaceState(null, "", query ? "?q=" + encodeURIComponent(query) : location.pathname);
      box.textContent = query && query.length < 2 ? "请至少输入两个字。" : "";
      if (query.length < 2) { return; }
      var found = search(query);
      if (found.answers.length) { box.appendChild(answerBox(found.answers)); }
      box.appendChild(tally(query, found));
      if (!found.pages.length || found.weak) { box.appendChild(instead(found.near)); }
      if (found.pages.length > 3) { box.appendChild(overview(found.pages)); }
      found.pages.forEach(function (each) { box.appendChild(section(each)); });
    }
    form.addEventListener("submit", function (event) { event.preventDefault(); show(); });
    field.addEventListener("input", function (event) {
      if (!event.isComposing) { clearTimeout(timer); timer = setTimeout(show, 200); }
    });
    field.addEventListener("compositionend", show);
    if (!field.value) { field.value = new URLSearchParams(location.search).get("q") || ""; }
    if (field.value) { show(); } else { field.focus(); }
  }
})();
