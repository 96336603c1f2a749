/** What a run of wrk found. */
export interface Load {
  /** Answers in a second. */
  readonly perSecond: number;
  /** How many answers there were. */
  readonly answers: number;
  /** How many of them were no 2xx or 3xx, or did not come. */
  readonly failures: number;
  /** The longest that an answer took, in ms. */
  readonly longestMs: number;
  /** So long took 99 of 100 at most, in ms. */
  readonly p99Ms: number;
}

/** What is asked, again and again. */
export interface Asked {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Makes it a POST. */
  readonly body?: string;
}

/** How many connections ask at a time. */
const CONNECTIONS = 32;

/** Puts numbers where they can be read; wrk's own report rounds them. */
const DONE = `
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('\\n{"answers":%d,"us":%d,"failures":%d,"longest":%d,"p99":%d}\\n', summary.requests,
    summary.duration, e.connect + e.read + e.write + e.status + e.timeout, latency.max, latency:percentile(99)))
end
`;

/** Runs wrk for so many seconds against an address. */
export async function runWrk({ url, headers, body }: Asked, seconds: number): Promise<Load> {
  const fields = Object.entries(headers).map(([name, value]) => `wrk.headers[${lua(name)}] = ${lua(value)}\n`);
  const script = await Deno.makeTempFile({ suffix: ".lua" });
  try {
    const post = body === undefined ? "" : `wrk.method = "POST"\nwrk.body = ${lua(body)}\n`;
    await Deno.writeTextFile(script, post + fields.join("") + DONE);
    const args = ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "-s", script, url];
    const { success, stdout, stderr } = await new Deno.Command("wrk", { args }).output();
    const report = new TextDecoder().decode(stdout);
    const line = report.split("\n").findLast((text) => text.startsWith("{"));
    if (!success || line === undefined) throw new Error(`Cannot load: ${new TextDecoder().decode(stderr) || report}`);
    const { answers, us, failures, longest, p99 } = JSON.parse(line);
    return { perSecond: answers / (us / 1e6), answers, failures, longestMs: longest / 1000, p99Ms: p99 / 1000 };
  } finally {
    await Deno.remove(script);
  }
}

/** A string as Lua has it. */
function lua(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}
