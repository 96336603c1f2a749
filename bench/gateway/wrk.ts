import type { Program } from "../../tests/gateway/program.ts";

export interface Load {
  readonly perSecond: number;
  /** Answers that were not 2xx or 3xx, or did not come. */
  readonly failures: number;
  readonly longestMs: number;
  readonly p99Ms: number;
  /** Processor time for each request, in ms. */
  readonly cpuMs: number;
}

const CONNECTIONS = 32;

/** Prints exact numbers; wrk's own report rounds them. */
const DONE = `
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('\\n{"answers":%d,"us":%d,"failures":%d,"longest":%d,"p99":%d}\\n', summary.requests,
    summary.duration, e.connect + e.read + e.write + e.status + e.timeout, latency.max, latency:percentile(99)))
end
`;

/** Runs wrk for so many seconds against a path of a program. With a body it is a POST; of several, each request takes the next. */
export async function loadProgram(
  program: Program,
  path: string,
  seconds: number,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body?: string | readonly string[] },
): Promise<Load> {
  const script = await Deno.makeTempFile({ suffix: ".lua" });
  try {
    // JSON's strings are Lua's, for what is sent here.
    const post = body === undefined ? "" : `wrk.method = "POST"\nwrk.body = ${JSON.stringify([body].flat()[0])}\n`;
    const next = !Array.isArray(body) ? "" : `local bodies, i = ${luaList(body)}, 0
request = function() i = i % #bodies + 1; return wrk.format(nil, nil, nil, bodies[i]) end\n`;
    await Deno.writeTextFile(script, post + next + DONE);
    const fields = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
    const args = ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "-s", script, ...fields, program.origin + path];
    const before = program.cpuMs();
    const { success, stdout, stderr } = await new Deno.Command("wrk", { args }).output();
    const cpu = program.cpuMs() - before;
    const report = new TextDecoder().decode(stdout);
    const line = report.split("\n").findLast((text) => text.startsWith("{"));
    if (!success || line === undefined) throw new Error(`Cannot load: ${new TextDecoder().decode(stderr) || report}`);
    const { answers, us, failures, longest, p99 } = JSON.parse(line);
    const [longestMs, p99Ms] = [longest / 1000, p99 / 1000];
    return { perSecond: answers / (us / 1e6), failures, longestMs, p99Ms, cpuMs: cpu / answers };
  } finally {
    await Deno.remove(script);
  }
}

function luaList(texts: readonly string[]): string {
  return `{${texts.map((text) => JSON.stringify(text)).join(",")}}`;
}
