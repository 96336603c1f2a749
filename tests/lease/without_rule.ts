import { explore } from "./explore.ts";
import type { LeftOut } from "./left_out.ts";
import { loadSession } from "./load_session.ts";
import { localStates } from "./local_state.ts";
import { retell } from "./retell.ts";
import { prepare } from "./start.ts";

/** What goes wrong without a rule. */
export interface Without {
  /** How many states were looked at. */
  readonly states: number;
  /** How many steps lead to it: no fewer do. */
  readonly steps: number;
  /** What happens; `undefined` when nothing goes wrong. */
  readonly lines?: readonly string[];
}

/** Looks for what goes wrong in two processes without a rule of the lease. */
export async function withoutRule({ changes, harm, options }: LeftOut): Promise<Without> {
  const code = await loadSession(changes);
  const start = await prepare({ credentials: true, workers: 2, pauses: 2, ...options, code });
  const { states, counterExample } = await explore(start, localStates(start.setting), (broken) => harm.test(broken));
  if (!counterExample) return { states, steps: 0 };
  return { states, steps: counterExample.steps.length, lines: await retell(start, counterExample) };
}
