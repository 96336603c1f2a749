// What the tests of this folder share: the command in process, over the emulator, with a home of its own.
import { createEmulator, type EmulatorOptions } from "@xsignals/emulator";
import type { FetchLike } from "@xsignals/session";
import { run } from "./run.ts";
import { OutputClosed, type Question, type Sink, type World } from "./world.ts";

export const ORDERS = "CBL_Active Orders Voluntary Carbon";
export const NOTE = "8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d14";
export const OLDER = "8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d11";
export const NEWER = "8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d12";
export const BASE_URL = "http://127.0.0.1:8787";
export const HOST = "127.0.0.1:8787";
export const ENV = { XSIGNALS_BASE_URL: BASE_URL, XSIGNALS_USERNAME: "login", XSIGNALS_PASSWORD: "password" };

/** What the command did. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What differs from a pipe in an environment with a login. */
export interface Surroundings {
  /** The variables; `ENV` if left out. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether all three streams are a terminal, and how wide it is. */
  readonly terminal?: number;
  /** What comes through standard input. */
  readonly input?: string;
  /** What the person answers, in turn; nobody is there if left out. */
  readonly answers?: readonly (string | undefined)[];
  /** So many bytes are read of standard output. */
  readonly reads?: number;
  readonly hasNoHome?: true;
  readonly signal?: AbortSignal;
  readonly fetch?: FetchLike;
  readonly clock?: World["clock"];
}

/** A stage: the emulator, a folder, and the command. */
export interface Stage extends AsyncDisposable {
  readonly emulator: ReturnType<typeof createEmulator>;
  /** A folder that is empty at first. */
  readonly folder: string;
  readonly home: string;
  /** What was asked of the person. */
  readonly questions: Question[];
  /** Runs the command; `DIR` in arguments and outputs is the folder. */
  run(args: readonly string[], surroundings?: Surroundings): Promise<Outcome>;
  /** Everything that was printed so far. */
  printed(): string;
  /** The operations that were called since the last look. */
  calls(): string[];
}

/** Opens a stage. */
export async function openStage(options: EmulatorOptions = {}): Promise<Stage> {
  const emulator = createEmulator({ users: { login: "password" }, origins: { api: [BASE_URL] }, ...options });
  const root = await Deno.makeTempDir();
  const [home, folder] = [`${root}/home`, `${root}/work`];
  await Promise.all([Deno.mkdir(home), Deno.mkdir(folder)]);
  const questions: Question[] = [];
  let seen = 0;
  let all = "";
  return {
    emulator,
    folder,
    home,
    questions,
    async run(
      args,
      { env = ENV, terminal, input = "", answers, reads = Infinity, hasNoHome, signal, fetch, clock } = {},
    ) {
      const [stdout, stderr] = [createSink(terminal, reads), createSink(terminal)];
      const waiting = answers?.values();
      const code = await run(args.map((one) => one.replaceAll("DIR", folder)), {
        stdin: { isTerminal: answers !== undefined, readable: new Blob([input]).stream() },
        stdout,
        stderr,
        env: new Map(Object.entries(env)),
        ...(!hasNoHome && { home }),
        fetch: fetch ?? ((target, init) => emulator.fetch(target, init)),
        ...(clock && { clock }),
        signal: signal ?? new AbortController().signal,
        ask(question) {
          questions.push(question);
          return Promise.resolve(waiting?.next().value);
        },
      });
      all += stdout.text() + stderr.text();
      const shown = (sink: { text(): string }) => sink.text().replaceAll(folder, "DIR");
      return { code, stdout: shown(stdout), stderr: shown(stderr) };
    },
    printed: () => all,
    calls() {
      const fresh = emulator.log.slice(seen).map(({ operation }) => operation ?? "?");
      seen = emulator.log.length;
      return fresh;
    },
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

/** A sink that keeps what it gets, of a reader that leaves after so many bytes. */
export function createSink(terminal?: number, reads = Infinity): Sink & { text(): string } {
  let bytes = new Uint8Array();
  return {
    isTerminal: terminal !== undefined,
    ...(terminal !== undefined && { columns: terminal }),
    write(more) {
      if (bytes.byteLength >= reads) return Promise.reject(new OutputClosed());
      bytes = new Uint8Array([...bytes, ...more]);
      return Promise.resolve();
    },
    text: () => new TextDecoder().decode(bytes),
  };
}
