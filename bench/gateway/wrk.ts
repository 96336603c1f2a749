import { type Program, TOKEN_REQUEST } from "../../tests/gateway/program.ts";

export interface Load {
  readonly perSecond: number;
  /** Answers that were not 2xx or 3xx, or did not come. */
  readonly failures: number;
  readonly p99Ms: number;
  /** Processor time for each request, in ms. */
  readonly cpuMs: number;
}

const CONNECTIONS = 32;

const { method, headers, body } = TOKEN_REQUEST;

/** Sends the request, JSON's strings being Lua's for what is sent here, and prints exact numbers, which wrk rounds. */
const SCRIPT = `
wrk.method, wrk.body = ${JSON.stringify(method)}, ${JSON.stringify(body)}
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('\\n{"answers":%d,"us":%d,"failures":%d,"p99":%d}\\n', summary.requests,
    summary.duration, e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(99)))
end
`;

/** Runs wrk for so many seconds against a program's token endpoint. */
export async function loadProgram(program: Program, seconds: number): Promise<Load> {
  const script = await Deno.makeTempFile({ suffix: ".lua" });
  try {
    await Deno.writeTextFile(script, SCRIPT);
    const fields = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
    const args = ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "-s", script, ...fields, `${program.origin}/token`];
    const before = program.cpuMs();
    const { success, stdout, stderr } = await new Deno.Command("wrk", { args }).output();
    const cpu = program.cpuMs() - before;
    const report = new TextDecoder().decode(stdout);
    const line = report.split("\n").findLast((text) => text.startsWith("{"));
    if (!success || line === undefined) throw new Error(`Cannot load: ${new TextDecoder().decode(stderr) || report}`);
    const { answers, us, failures, p99 } = JSON.parse(line);
    return { perSecond: answers / (us / 1e6), failures, p99Ms: p99 / 1000, cpuMs: cpu / answers };
  } finally {
    await Deno.remove(script);
  }
}
