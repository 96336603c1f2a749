// The command in a test: over an emulator, with what it printed.
import { run, type World } from "@xsignals/cli/run";
import { createEmulator, type Emulator, type EmulatorOptions } from "@xsignals/emulator";

export const ORDERS = "CBL_Active Orders Voluntary Carbon";
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
  readonly stdin?: string;
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
  const { emulator = createEmulator(), env = {}, stdin = "", terminal, fetch = emulator.fetch, ...world } = trial;
  const printed = { out: "", err: "" };
  const queries: Record<string, unknown>[] = [];
  const before = emulator.log.length;
  const sink = (name: "out" | "err") => {
    const decoder = new TextDecoder();
    return {
      isTerminal: terminal !== undefined,
      columns: terminal,
      write: (bytes: Uint8Array) => Promise.resolve(void (printed[name] += decoder.decode(bytes, { stream: true }))),
    };
  };
  const code = await run(argv, {
    stdin: { isTerminal: false, readable: new Blob([stdin]).stream() },
    stdout: sink("out"),
    stderr: sink("err"),
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
  return { code, ...printed, operations, queries };
}

/** The words of a command line; a part in quotes is one word. */
export function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}
