// The command in a test: over an emulator that may be shared, without a home unless told.
import { createEmulator, type Emulator, type EmulatorOptions } from "@xsignals/emulator";
import { run } from "../run.ts";
import { createSink } from "../stage_test.ts";
import type { World } from "../world.ts";

export const TRADES = "CBL_Trades Compliance";

/** The four assumptions with which all commands print the same. */
export const SWITCHED = {
  fileLink: "307",
  fileList: "files",
  ranges: "files",
  downloadBy: "redirect",
} as const satisfies EmulatorOptions["assumptions"];

/** What differs from a pipe, a password in the environment and no home. */
export interface Trial extends Partial<Pick<World, "fetch" | "clock" | "home" | "signal">> {
  readonly emulator?: Emulator;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | ReadableStream<Uint8Array>;
  /** So many bytes are read of standard output. */
  readonly reads?: number;
  /** The width of a terminal that both outputs go to. */
  readonly terminal?: number;
}

/** What came of it. */
export interface Tried {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The operations that the emulator was asked for. */
  readonly operations: readonly string[];
  /** The bodies of queries for time series. */
  readonly queries: readonly Record<string, unknown>[];
}

/** Runs the command. */
export async function tried(argv: readonly string[], trial: Trial = {}): Promise<Tried> {
  const { emulator = createEmulator(), env = {}, stdin = "", terminal, reads, fetch = emulator.fetch, ...world } =
    trial;
  const queries: Record<string, unknown>[] = [];
  const before = emulator.log.length;
  const [stdout, stderr] = [createSink(terminal, reads), createSink(terminal)];
  const code = await run(argv, {
    stdin: { isTerminal: false, readable: typeof stdin === "string" ? new Blob([stdin]).stream() : stdin },
    stdout,
    stderr,
    env: new Map(Object.entries({ XSIGNALS_USERNAME: "login", XSIGNALS_PASSWORD: "password", ...env })),
    signal: new AbortController().signal,
    ask: () => Promise.resolve(undefined),
    ...world,
    async fetch(input, init) {
      if (String(input).endsWith("/ts")) queries.push(await new Request(input, init).json());
      return await fetch(input, init);
    },
  });
  const operations = emulator.log.slice(before).map(({ operation, method, path }) => operation ?? `${method} ${path}`);
  return { code, out: stdout.text(), err: stderr.text(), operations, queries };
}

/** The words of a command line; a part in quotes is one word. */
export function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}
