import process from "node:process";

/** What starts workerd in Node, and hands it the task: `workerd.ts <miniflare> <script> <date> <task>`. */
const [miniflare = "", scriptPath, compatibilityDate, body] = process.argv.slice(2);
const { Miniflare } = await import(miniflare);
const worker = new Miniflare({ modules: true, scriptPath, compatibilityDate });
try {
  const response = await worker.dispatchFetch("http://worker/", { method: "POST", body });
  if (!response.ok) throw new Error(await response.text());
  console.log(await response.text());
} finally {
  await worker.dispose();
}
