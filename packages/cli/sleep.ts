// How to wait: by the world's clock, or by a timer.
import { setTimeout as pause } from "node:timers/promises";
import type { Clock, World } from "./world.ts";

/** The world's way to wait. */
export function sleepOf({ clock }: World): Clock["sleep"] {
  return clock ? (ms, signal) => clock.sleep(ms, signal) : (ms, signal) => pause(ms, undefined, { signal });
}
