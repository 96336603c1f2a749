import type { Call } from "./call.ts";
import type { Process } from "./process.ts";
import { checkCall, startCall } from "./calls.ts";
import { burst } from "./burst.ts";
import { farewell } from "./farewell.ts";
import { checkLeaks } from "./leaks.ts";
import { judge } from "./verdict.ts";
import type { World } from "./world.ts";

/** So long the faults are over before every session must work again, in ms: longer than anything is remembered. */
const RECOVERY = 16 * 60_000;

/** Lets nothing go wrong any more, and checks what is left. */
export async function endWell(world: World): Promise<void> {
  const { stage, slots, server, calls } = world;
  stage.note("from now on all is well");
  server.heal();
  for (const { store } of slots) Object.assign(store, { failingReads: 0, failingWrites: 0 });
  await stage.rest();
  for (const process of slots) await tryCall(world, process);
  await stage.pause(RECOVERY);
  for (const process of slots) await judge(world, process, await tryCall(world, process));
  await burst(world);
  await farewell(world);
  for (const call of calls) if (!call.process.dead) checkCall(call);
  checkLeaks(world);
}

/** One session at a time: where an account has one session at the server, they end each other's. */
async function tryCall(world: World, process: Process): Promise<Call> {
  const call = startCall(world, process, "get");
  await world.stage.rest();
  return call;
}
