// The flags of series and deltas, as the queries of the library.
import type { Symbols } from "@xsignals/data";
import { usageError } from "./command_error.ts";

/** Adds one more to a flag that can be repeated; for commander. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** Reads `NAME=VALUE` of `-s`: one name with several values means series with any of them. */
export function readSymbols(texts: readonly string[] = []): readonly Symbols[] {
  if (texts.length === 0) {
    throw usageError("-s", "it is missing; name the series, such as -s Instrument=GEO, or all with -s 'Instrument=*'");
  }
  const pairs = texts.map((text) => {
    const at = text.indexOf("=");
    if (at < 1 || at === text.length - 1) throw usageError("-s", "it must be NAME=VALUE, such as -s Instrument=GEO");
    return [text.slice(0, at), text.slice(at + 1)] as const;
  });
  let all: Symbols[] = [{}];
  for (const [name, values] of Map.groupBy(pairs, ([name]) => name)) {
    all = all.flatMap((symbols) => values.map(([, value]) => ({ ...symbols, [name]: value })));
  }
  return all;
}

/** What the flags are called that become options of the library. */
const FLAGS: Readonly<Record<string, string>> = {
  from: "--from",
  to: "--to",
  asOf: "--as-of",
  timeZone: "--time-zone",
  columns: "-c",
  group: "GROUP",
  symbols: "-s",
};

/** Asks the library, and words what it says of a wrong option with the name of the flag. */
export async function withFlagNames<T>(ask: () => Promise<T>, zone = ""): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const { message } = error as Error;
    const [, option = "", why = ""] = /^Cannot [^:]+: (\w+) (must.*)/s.exec(message) ?? [];
    if (!(error instanceof TypeError) || !Object.hasOwn(FLAGS, option)) throw error;
    if (option === "timeZone" && why.endsWith("is not one")) {
      throw usageError("--time-zone", "there is no such zone; write one such as UTC or America/New_York");
    }
    const words = why.replace("use timeZone", zone).replace(/^(must not be after) to$/, "$1 --to");
    throw usageError(FLAGS[option]!, `it ${words}`);
  }
}
