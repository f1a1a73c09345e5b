// The types of the REST service come from its OpenAPI document. Fails when they are stale; --write renews them.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const source = new URL("../openapi.json", import.meta.url);
const target = new URL("../src/api/schema.d.ts", import.meta.url);
const head = "// Generated from web/openapi.json by `npm run api`; do not edit.\n\n";
const text = head + astToString(await openapiTS(source));

if (process.argv.includes("--write")) writeFileSync(target, text);
else if (readFileSync(target, "utf8") !== text) {
  console.error("src/api/schema.d.ts is older than openapi.json: run `npm run api`");
  process.exit(1);
}
