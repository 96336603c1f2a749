/** Runs the command `xsignals` in a folder of its own, over a `fetch`. */
import { type FetchLike, run } from "@xsignals/cli/run";
import type { FakeClock } from "@xsignals/session/testing";

/** What the tests read of `probe.json`. */
export interface Report {
  readonly probe: number;
  readonly requests: number;
  readonly complete: boolean;
  readonly assumptions: Readonly<Record<string, string | number>>;
  readonly accessTokenLifetime?: number;
  readonly linkLifetime?: number;
  readonly findings: readonly {
    readonly name: string;
    readonly question: string;
    readonly presumed: string;
    readonly found?: string;
    readonly why?: string;
    readonly values?: readonly (string | number)[];
  }[];
}

/** What a run has left. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A place with a state folder and a `probe.json`. */
export async function openPlace(clock: FakeClock) {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/probe.json`;
  return {
    path,
    /** Runs the command. `input` is what comes through the pipe, `answer` what a person at a terminal types. */
    async run(
      args: readonly string[],
      fetch: FetchLike,
      env: Readonly<Record<string, string>>,
      { input = "", answer, signal }: { input?: string; answer?: string; signal?: AbortSignal } = {},
    ): Promise<Ran> {
      const written = { stdout: "", stderr: "" };
      const sink = (name: "stdout" | "stderr") => ({
        isTerminal: false,
        write: (bytes: Uint8Array) => Promise.resolve(void (written[name] += new TextDecoder().decode(bytes))),
      });
      const code = await run(args, {
        stdin: { isTerminal: answer !== undefined, readable: new Blob([input]).stream() },
        stdout: sink("stdout"),
        stderr: sink("stderr"),
        env: new Map(Object.entries({ XDG_STATE_HOME: folder, ...env })),
        fetch,
        clock,
        signal: signal ?? new AbortController().signal,
        ask: () => Promise.resolve(answer),
      });
      return { code, ...written };
    },
    /** The text of `probe.json`; empty if there is none. */
    text: () => Deno.readTextFile(path).catch(() => ""),
    async report(): Promise<Report | undefined> {
      const text = await Deno.readTextFile(path).catch(() => "");
      return text === "" ? undefined : JSON.parse(text);
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
