// The page: files laid on it, work asked for, what came of it. The work itself is done by worker.mjs.
const byId = id => document.getElementById(id);
const KINDS = { ".zip": "数据", ".xlsx": "工作簿或报告", ".xlsm": "工作簿或报告", ".csv": "工作簿的一张表" };
const TASKS = { check: "核对数据", intake: "读入工作簿", proof: "校对报告" };
const VERDICTS = {
  check: ["没有要查的", "有合不上的数，见下"],
  intake: ["已读入，新的数据在下面，也换下了上面放入的那一份", ""],
  proof: ["没有查出合不上的地方", "有合不上的地方，见下"],
};
const TYPES = {
  csv: "text/csv", html: "text/html", zip: "application/zip",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
};

let laid = [];        // files in the order in which they came
let worker = null;
let ready = false;    // whether the program is there
let busy = "";        // what is being done, and since when
let began = 0;
let waiting = null;   // work asked for before the program was there

const ending = name => (name.match(/\.[^.]+$/) || [""])[0].toLowerCase();

function state(text) { byId("state").textContent = text; }

// -- files ------------------------------------------------------------------------------------------------------
function lay(files) {
  for (const file of files) {
    laid = laid.filter(each => each.name !== file.name && !(ending(file.name) === ".zip" && ending(each.name) === ".zip"));
    laid.push(file);
  }
  show();
}

function show() {
  const list = byId("laid");
  list.replaceChildren(...laid.map(file => {
    const item = document.createElement("li"), name = document.createElement("span"), away = document.createElement("button");
    name.textContent = `${file.name}（${KINDS[ending(file.name)] || "报告"}）`;
    away.type = "button";
    away.textContent = "拿走";
    away.setAttribute("aria-label", `拿走${file.name}`);
    away.addEventListener("click", () => {
      laid = laid.filter(each => each !== file);
      show();
      byId("files").focus();
    });
    item.append(name, away);
    return item;
  }));
}

byId("files").addEventListener("change", event => {
  lay(event.target.files);
  event.target.value = "";
});
const drop = byId("drop");
for (const name of ["dragenter", "dragover"]) {
  addEventListener(name, event => { event.preventDefault(); drop.classList.add("over"); });
}
addEventListener("dragleave", event => { if (!event.relatedTarget) drop.classList.remove("over"); });
addEventListener("drop", event => {
  event.preventDefault();
  drop.classList.remove("over");
  lay(event.dataTransfer.files);
});

// -- work -------------------------------------------------------------------------------------------------------
function chosen(task) {
  const data = laid.filter(file => ending(file.name) === ".zip");
  const books = laid.filter(file => [".xlsx", ".xlsm", ".csv"].includes(ending(file.name)));
  const reports = laid.filter(file => ![".zip", ".csv"].includes(ending(file.name)));
  if (task === "proof") return reports.length ? reports : "请先放入要校对的报告";
  if (!data.length) return "请先放入数据：把 data 文件夹压缩成 .zip";
  if (task === "check") return data;
  return books.length ? [...data, ...books] : "请先放入填好的工作簿";
}

async function ask(task) {
  const files = chosen(task), year = byId("year").value.trim();
  if (typeof files === "string") return state(files);
  if (year && !/^(19|20)[0-9]{2}$/.test(year)) return state(`年份“${year}”应是四位数字，如 2026`);
  if (busy) return state(`正在${TASKS[busy]}，请等它做完或取消`);
  busy = task;
  began = performance.now();
  byId("result").hidden = true;
  byId("cancel").hidden = false;
  const contents = await Promise.all(files.map(async file => ({ name: file.name, content: await file.arrayBuffer() })));
  const work = { task, year: year ? Number(year) : null, files: contents };
  if (!ready) {
    waiting = work;
    return state("程序装好就开始");
  }
  send(work);
}

function send(work) {
  if (busy !== work.task) return;
  byId("progress").removeAttribute("value");
  byId("progress").hidden = false;
  state(`正在${TASKS[work.task]}`);
  worker.postMessage(work, work.files.map(file => file.content));
}

function finished({ lines, code, files }) {
  const task = busy;
  end(`${TASKS[task]}：做完了，用了${((performance.now() - began) / 1000).toFixed(1)}秒`);
  const verdict = byId("verdict");
  verdict.textContent = code === 2 ? "没有做成，原因见下" : VERDICTS[task][code];
  verdict.classList.toggle("bad", code !== 0);
  byId("lines").textContent = lines.join("\n");
  const links = files.map(({ name, content }) => {
    const file = new File([content], name, { type: TYPES[ending(name).slice(1)] || "" });
    if (task === "intake" && name === "data.zip") lay([file]);
    const item = document.createElement("li"), link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = name;
    link.textContent = `取走 ${name}`;
    item.append(link);
    return item;
  });
  for (const old of byId("taken").querySelectorAll("a")) URL.revokeObjectURL(old.href);
  byId("taken").replaceChildren(...links);
  byId("result").hidden = false;
  byId("result").focus();
}

function end(words) {
  busy = "";
  waiting = null;
  byId("cancel").hidden = true;
  byId("progress").hidden = true;
  state(words);
}

for (const button of document.querySelectorAll("[data-work]")) {
  button.addEventListener("click", () => ask(button.dataset.work));
}
byId("cancel").addEventListener("click", () => {
  if (!busy) return;
  const words = `已取消：${TASKS[busy]}`;
  const asked = waiting;
  end(words);
  if (!asked) start(words);   // the one at work cannot be stopped but by ending it
  document.querySelector("[data-work]").focus();
});
addEventListener("keydown", event => { if (event.key === "Escape" && busy) byId("cancel").click(); });

// -- the program ------------------------------------------------------------------------------------------------
function heard({ data }) {
  const progress = byId("progress");
  if (data.loaded !== undefined) {
    progress.hidden = false;
    progress.value = data.loaded;
    if (!busy) state(`正在装入程序（${Math.round(data.loaded * 100)}%）`);
  } else if (data.ready) {
    ready = true;
    document.documentElement.dataset.ready = "";
    if (waiting) send(waiting);
    else {
      progress.hidden = true;
      state("程序已装好");
    }
  } else if (data.say) state(data.say);
  else if (data.failed) {
    end(`程序出错：${data.failed}`);
    start();
  } else finished(data.answer);
}

function start(words) {
  if (worker) worker.terminate();
  ready = false;
  delete document.documentElement.dataset.ready;
  const address = new URL("worker.mjs", location.href).href;
  // Begun from a blob, the worker is under the policy of this page; begun from its address, only under that of the server.
  const blob = URL.createObjectURL(new Blob([`import ${JSON.stringify(address)};`], { type: "text/javascript" }));
  worker = new Worker(blob, { type: "module" });
  worker.addEventListener("message", heard);
  worker.addEventListener("error", event => {
    event.preventDefault();
    end("程序没有装成：请用较新的浏览器（Chrome、Edge、Firefox 近两年的），或刷新再试");
  });
  if (words) state(words);
}

async function kept() {
  if (!("serviceWorker" in navigator)) {
    byId("offline").textContent = "这个网址不是 https，也不是本机，浏览器不替它保存程序：每次打开都要再取一次。";
    return;
  }
  const changed = new Promise(done => navigator.serviceWorker.addEventListener("controllerchange", done, { once: true }));
  try {
    await navigator.serviceWorker.register("service.js");
    if (!navigator.serviceWorker.controller) await Promise.race([changed, new Promise(done => setTimeout(done, 5000))]);
  } catch (refused) {
    byId("offline").textContent = "浏览器没有替这个页面保存程序：每次打开都要再取一次。";
  }
}

// -- light and dark -----------------------------------------------------------------------------------------------
const SHADES = { auto: "随系统", light: "浅色", dark: "深色" };
const shade = document.querySelector("button.shade");
function name_shade() { shade.textContent = SHADES[document.documentElement.dataset.shade]; }
shade.addEventListener("click", () => {
  const all = Object.keys(SHADES);
  nianbaoShade(all[(all.indexOf(document.documentElement.dataset.shade) + 1) % all.length]);
  name_shade();
});
name_shade();

if (location.protocol === "file:") {
  state("请不要双击打开：在这个文件夹里运行 python -m http.server 8000 --bind 127.0.0.1，再打开 http://127.0.0.1:8000");
  byId("progress").hidden = true;
} else {
  kept().then(() => start());
}
