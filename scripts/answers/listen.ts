import { type Answer, LISTENER } from "./answer.ts";

/**
 * Judges every answer that an emulator of this process gives from now on.
 *
 * The judge is loaded with the first answer, so that a program without an emulator pays nothing.
 *
 * @param take Gets each verdict: what is wrong, one line each.
 */
export function listen(take: (verdict: Promise<string[]>) => void): void {
  async function verdict(answer: Answer): Promise<string[]> {
    const { judge } = await import("./judge.ts");
    return await judge(answer);
  }
  Reflect.set(globalThis, LISTENER, ({ response, ...answer }: Answer) => {
    // Headers from the original: a clone of Deno 2.9 loses a content type of application/json that was given in full.
    take(verdict({ ...answer, response: new Response(response.clone().body, response) }));
  });
}

/** What is said of answers that are not as they are documented. */
export function complaint(wrongs: readonly string[]): string {
  return ["The emulator gave answers that are not documented:", ...new Set(wrongs)].join("\n  ");
}
