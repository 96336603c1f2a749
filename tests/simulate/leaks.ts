import { Violation } from "./violation.ts";
import type { World } from "./world.ts";

/** Checks that nothing is left open, and that no output shows a secret. */
export function checkLeaks(world: World): void {
  const { stage, wire, facts } = world;
  const sleeping = stage.clock.sleeping();
  if (sleeping > 0) throw new Violation("nothing is left behind", `${sleeping} timers`);
  const body = wire.openBodies()[0];
  if (body) throw new Violation("nothing is left behind", `the body of the answer to #${body.id} (${body.operation})`);
  const open = facts.exchanges.find((one) => one.open && !one.process.dead);
  if (open) throw new Violation("nothing is left behind", `#${open.id} is under way`);
  const outputs = outputsOf(world);
  for (const secret of facts.secrets) {
    for (const [what, text] of outputs) {
      if (text.includes(secret)) throw new Violation("no output shows a secret", `${what}: ${facts.nameOf(secret)}`);
    }
  }
}

/** Everything that a program could print, log or export. */
function outputsOf({ calls, processes, server, stage }: World): [string, string][] {
  const errors = [...new Set(calls.flatMap(({ ended }) => ended && "error" in ended ? [ended.error] : []))];
  return [
    ["an error", errors.map(everything).join("\n")],
    ["an error's JSON", JSON.stringify(errors)],
    ["a session", processes.map(({ session }) => `${everything(session)} ${JSON.stringify(session.status())}`).join()],
    ["an event", processes.map(({ events }) => JSON.stringify(events)).join()],
    ["the emulator's log", JSON.stringify(server.emulator.log)],
    ["the trace", stage.trace.join("\n")],
  ];
}

function everything(value: unknown): string {
  const stack = value instanceof Error ? value.stack : "";
  return `${Deno.inspect(value, { depth: 20, showHidden: true, getters: true, strAbbreviateSize: Infinity })} ${stack}`;
}
