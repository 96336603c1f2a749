/** Runs one check, as a step of its own: when it fails, the judge goes on. */
export type Check = (what: string, run: () => unknown) => Promise<unknown>;

/**
 * A judge holds a part of the project against software that others wrote: a test, whose steps are its checks.
 *
 * @param run What it gives to `atEnd` is called when it is done.
 */
export function judge(name: string, run: (check: Check, atEnd: (end: () => unknown) => void) => Promise<void>): void {
  Deno.test({
    name,
    sanitizeResources: false, // what others wrote leaves bodies unread
    async fn({ step }) {
      await using stack = new AsyncDisposableStack();
      await run(
        (what, run) => step(what, async () => void await run()),
        (end) => stack.defer(async () => void await end()),
      );
    },
  });
}
