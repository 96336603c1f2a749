/** One process of one subject: its argument says which, and each request what to do. */
import type { Entry } from "./catalogue.ts";
import { type Caller, openSubject } from "./subject.ts";
import { surroundings } from "./upstream.ts";

export interface WorkerTask extends Pick<Entry, "file" | "setting"> {
  readonly origin: string;
  /** What the processes share. */
  readonly sharedFile?: string;
}

/** Moves its clock by so many ms; then so many callers call the API, each so many times in turn. */
export interface Order {
  readonly advance?: number;
  readonly callers?: number;
  readonly turns?: number;
}

export interface Report {
  /** How each call failed that was not answered with 200. */
  readonly failures: readonly string[];
  readonly ms: number;
}

/** Puts a `Date` in place of the platform's whose time can be moved, so that a token expires at once; timers stay. */
function installMovableDate(): { advance(ms: number): void } {
  const PlatformDate = Date;
  let ahead = 0;
  const now = () => PlatformDate.now() + ahead;
  globalThis.Date = new Proxy(PlatformDate, {
    construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [now()] : args, self),
    get: (target, name) => name === "now" ? now : Reflect.get(target, name),
  });
  return { advance: (ms) => void (ahead += ms) };
}

async function failureOf(caller: Caller, url: string): Promise<string[]> {
  try {
    const answer = await caller(url);
    if (answer instanceof Response && !answer.bodyUsed) await answer.body?.cancel();
    return answer.status === 200 ? [] : [`status ${answer.status}`];
  } catch (error) {
    return [String(error).split("\n")[0]!.slice(0, 120)];
  }
}

if (import.meta.main) {
  const { origin, sharedFile, ...entry }: WorkerTask = JSON.parse(Deno.args[0] ?? "");
  const date = installMovableDate(); // before the library is there, which may keep the one that it finds
  const caller = await openSubject(entry, surroundings(origin, sharedFile));
  const onListen = ({ port }: { port: number }) => console.log(`http://127.0.0.1:${port}`);
  Deno.serve({ hostname: "127.0.0.1", port: 0, onListen }, async (request) => {
    const { advance = 0, callers = 0, turns = 0 }: Order = await request.json();
    date.advance(advance);
    const start = performance.now();
    const failures = await Promise.all(Array.from({ length: callers }, async () => {
      const own: string[] = [];
      for (let turn = 0; turn < turns; turn++) own.push(...await failureOf(caller, `${origin}/api/thing`));
      return own;
    }));
    return Response.json({ failures: failures.flat(), ms: performance.now() - start } satisfies Report);
  });
}
