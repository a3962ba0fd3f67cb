// Python in the browser, apart from the page so that the page stays at hand; ended by the page where work is cancelled.
const HERE = new URL("./", import.meta.url).href;
const PARTS = `${HERE}parts/`;
const received = { bytes: 0, all: 1, told: 0 };

// Counts what is received; who asks gets it as it comes.
const plain = self.fetch.bind(self);
self.fetch = async (...asked) => {
  const answer = await plain(...asked);
  if (!answer.ok || !answer.body) return answer;
  const counted = answer.body.pipeThrough(new TransformStream({
    transform(piece, out) {
      received.bytes += piece.byteLength;
      const share = Math.min(received.bytes / received.all, 1);
      if (share - received.told >= 0.01) {
        received.told = share;
        self.postMessage({ loaded: share });
      }
      out.enqueue(piece);
    },
  }));
  return new Response(counted, { status: answer.status, headers: answer.headers });
};

async function begin() {
  const list = await (await plain(`${HERE}parts.json`)).json();
  received.all = Object.entries(list.files)
    .filter(([name]) => name.startsWith("parts/") && !name.endsWith(".mjs"))
    .reduce((sum, [, size]) => sum + size, 0);
  const { loadPyodide } = await import(`${PARTS}pyodide.mjs`);
  const python = await loadPyodide({ indexURL: PARTS, lockFileURL: `${PARTS}pyodide-lock.json` });
  const lock = await (await fetch(`${PARTS}pyodide-lock.json`)).json();
  await python.loadPackage(Object.keys(lock.packages), { messageCallback() {} });
  const program = new Uint8Array(await (await fetch(`${PARTS}program.zip`)).arrayBuffer());
  python.unpackArchive(program, "zip", { extractDir: "/program" });
  python.runPython("import sys; sys.path.insert(0, '/program')");
  const desk = python.pyimport("nianbao.workbench.desk");
  self.postMessage({ ready: true });
  return { python, desk };
}

const begun = begin();
begun.catch(error => self.postMessage({ failed: last(error) }));
let number = 0;

// What an error says: the last line of Python's account of it, else its first.
function last(error) {
  const lines = String(error.message || error).trim().split("\n");
  return error.type ? lines.pop() : lines[0];
}

self.addEventListener("message", async ({ data }) => {
  try {
    const { python, desk } = await begun;
    number += 1;
    const folder = `/desk/${number}`;
    python.FS.mkdirTree(`${folder}/in`);
    for (const file of data.files) python.FS.writeFile(`${folder}/in/${file.name}`, new Uint8Array(file.content));
    const names = python.toPy(data.files.map(file => file.name));
    const answer = desk.work(data.task, folder, names, data.year, say => self.postMessage({ say }));
    const { lines, code, files } = JSON.parse(answer.as_json());
    const taken = files.map(path => ({ name: path.split("/").pop(), content: python.FS.readFile(path) }));
    desk.clear(folder);
    self.postMessage({ answer: { lines, code, files: taken } }, taken.map(file => file.content.buffer));
  } catch (error) {
    self.postMessage({ failed: last(error) });
  }
});
