/** A judge holds a part of the project against software that others wrote. */

/**
 * Runs one check and counts it. `what` says what must hold. What `run` throws makes it a failed check, told with its
 * reason; the judge goes on.
 */
export type Check = (what: string, run: () => void | Promise<void>) => Promise<void>;

/** One judge: it runs its checks in turn, and throws only if it could not start. */
export interface Judge {
  /** How the report and the command's argument name it. */
  readonly name: string;
  judge(check: Check): Promise<void>;
}
