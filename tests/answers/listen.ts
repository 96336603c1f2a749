import type { Answer } from "./answer.ts";

/** The one listener of this process. It is module state because the preloaded module and the emulators share no other. */
let listener: (answer: Answer) => void = () => {};

/** Hands an answer of a judged emulator to whoever listens. */
export function tell(answer: Answer): void {
  listener(answer);
}

/**
 * Judges every answer that a judged emulator of this process gives from now on, in place of who listened before.
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
  listener = ({ response, ...answer }) => {
    // Headers from the original: a clone of Deno 2.9 loses a content type of application/json that was given in full.
    take(verdict({ ...answer, response: new Response(response.clone().body, response) }));
  };
}

/** What is said of answers that are not as they are documented. */
export function complaint(wrongs: readonly string[]): string {
  return ["The emulator gave answers that are not documented:", ...new Set(wrongs)].join("\n  ");
}
