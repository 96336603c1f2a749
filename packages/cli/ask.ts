// Questions to the person at the terminal, on standard error: the only file that loads the prompts.
import { isCancel, password, text } from "@clack/prompts";
import process from "node:process";
import type { Question } from "./world.ts";

/** Asks; `undefined` if the person gave up. */
export async function ask({ message, isSecret }: Question, signal: AbortSignal): Promise<string | undefined> {
  const options = { message, signal, output: process.stderr };
  const answer = await (isSecret ? password({ ...options, mask: "" }) : text(options));
  return isCancel(answer) ? undefined : answer;
}
