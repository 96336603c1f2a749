/**
 * How much a program carries that uses the session, or data without its disk: bundles, gzipped. Fails if one is above its
 * limit. What data takes from others, client and csv-parse, is not counted.
 *
 *   deno task size
 */
import { gzipSync } from "node:zlib";

const OTHERS = ["@xsignals/client", "csv-parse/stream"];

/** The programs in `bench/size/`, and their limits in bytes, gzipped. */
const LIMITS = { login: 12_240, login_shared: 14_701, bearer: 5_710, data: 14_830 };

for (const [name, limit] of Object.entries(LIMITS)) {
  const entry = new URL(`./size/${name}.ts`, import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: ["bundle", "--quiet", "--minify", "--platform=browser", ...OTHERS.map((name) => `--external=${name}`), entry],
  }).output();
  if (code !== 0) throw new Error(`Cannot bundle ${name}: ${new TextDecoder().decode(stderr)}`);
  const size = gzipSync(stdout, { level: 9 }).byteLength;
  console.log(`${size <= limit ? "ok  " : "FAIL"} ${name}: ${size} bytes gzipped, ${limit} at most`);
  if (size > limit) Deno.exitCode = 1;
}
