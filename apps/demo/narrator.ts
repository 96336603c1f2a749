import type { LogEntry } from "@xsignals/emulator";

/** What a step did, and what the servers should have seen of it. */
export interface Step {
  /** What it shows. */
  readonly title: string;
  /** What the servers should have received, in order; see {@link describeTraffic}. */
  readonly sent: readonly string[];
  /** What the program should have got. */
  readonly got: string;
  /** Does it, and resolves with what it got. */
  run(): Promise<string>;
  /** What else there is to tell after it, on the same line: what nobody can expect to the letter. */
  note?(): string;
  /** Lines to print below it. */
  below?(): readonly string[];
}

/** Thrown when a step differs from what was expected. */
export class StepFailed extends Error {
  /** `StepFailed`. */
  override readonly name = "StepFailed";
}

const CREDENTIALS: Readonly<Record<string, string>> = {
  none: "",
  basic: " Basic •••",
  bearer: " Bearer •••",
  apikey: " ApiKey •••",
};

/** Requests as lines such as `3 x GET /file/group Bearer ••• -> 200`; equal neighbours are counted. */
export function describeTraffic(entries: readonly LogEntry[]): string[] {
  const lines: { text: string; times: number }[] = [];
  for (const { host, method, path, credential, status } of entries) {
    // The path of a link names a bucket, and says nothing.
    const text = `${method} ${host === "files" ? "link" : path}${CREDENTIALS[credential] ?? " ?"} -> ${
      status ?? "lost"
    }`;
    const last = lines.at(-1);
    if (last?.text === text) last.times++;
    else lines.push({ text, times: 1 });
  }
  return lines.map(({ text, times }) => times === 1 ? text : `${times} x ${text}`);
}

/**
 * Makes a narrator, which runs steps and prints one line for each.
 *
 * @param received What the servers received since it was last asked.
 * @param print Prints a line.
 * @returns Runs a step; rejects with {@link StepFailed} when it differs from what was expected.
 */
export function createNarrator(
  received: () => LogEntry[],
  print: (line: string) => void,
): (step: Step) => Promise<void> {
  let number = 0;
  return async (step) => {
    const { title, sent, got } = step;
    number++;
    const result = await step.run().catch((error: unknown) => `failed: ${error}`);
    const traffic = describeTraffic(received());
    const line = `${String(number).padStart(2)}  ${title}: ${result}${step.note?.() ?? ""}`;
    const saw = `[${traffic.join(", ") || "nothing sent"}]`;
    if (result !== got || traffic.join("\n") !== sent.join("\n")) {
      throw new StepFailed(`${line} ${saw}\n    expected: ${got} [${sent.join(", ") || "nothing sent"}]`);
    }
    print(`${line} ${saw}`);
    for (const more of step.below?.() ?? []) print(`      ${more}`);
  };
}
