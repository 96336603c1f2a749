import process from "node:process";

/** Starts workerd in Node and hands it the task: `workerd.ts <script> <date> [<flag>…] <task>`. */
const [scriptPath, compatibilityDate, ...compatibilityFlags] = process.argv.slice(2);
const body = compatibilityFlags.pop();
const name: string = "miniflare"; // not a literal: its types are not ours to compile
const { Miniflare } = await import(name);
const worker = new Miniflare({ modules: true, scriptPath, compatibilityDate, compatibilityFlags });
try {
  const response = await worker.dispatchFetch("http://worker/", { method: "POST", body });
  if (!response.ok) throw new Error(await response.text());
  console.log(await response.text());
} finally {
  await worker.dispose();
}
