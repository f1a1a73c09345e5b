// Prints what the browser downloads, and fails when the entry script is over its budget.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { gzipSync } from "node:zlib";

const limit = 250 * 1024;
const dist = new URL("../dist/", import.meta.url).pathname;
const html = readFileSync(`${dist}index.html`, "utf8");
const entry = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((match) => match[1]);

let total = 0;
for (const name of readdirSync(`${dist}assets`).sort()) {
  if (!/\.(js|css)$/.test(name)) continue;
  const size = gzipSync(readFileSync(`${dist}assets/${name}`), { level: 9 }).length;
  const first = entry.includes(`assets/${name}`);
  if (first) total += size;
  console.log(
    `${first ? "entry" : "later"}  ${kib(statSync(`${dist}assets/${name}`).size)}  gzip ${kib(size)}  ${name}`,
  );
}
console.log(`entry scripts: ${kib(total)} gzip of at most ${kib(limit)}`);
if (total > limit) process.exit(1);

function kib(bytes) {
  return `${(bytes / 1024).toFixed(1).padStart(7)} KiB`;
}
