import type { StoreTime } from "./tries.ts";

/**
 * Checks the time and the chance that a store was given.
 *
 * @param wrong Makes the error, told why.
 * @throws What `wrong` makes, when one of them is no such thing.
 */
export function checkTime({ clock, random }: Partial<StoreTime>, wrong: (why: string) => TypeError): void {
  if (random !== undefined && typeof random !== "function") throw wrong("random is no function");
  if (clock !== undefined && !(typeof clock?.now === "function" && typeof clock.sleep === "function")) {
    throw wrong("clock has no now or sleep");
  }
}
