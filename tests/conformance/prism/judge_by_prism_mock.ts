import { assertEquals } from "@std/assert";
import type { Judge } from "../judge.ts";
import { type DocumentedAnswer, documentedAnswers } from "./answers.ts";
import { clientCalls, type Result } from "./client_calls.ts";
import { startPrism } from "./start_prism.ts";

/** Prism as a mock of both servers, for every operation of the generated client and every answer that it may get. */
export const judgeByPrismMock: Judge = {
  name: "prism-mock",
  async judge(check) {
    await using api = await startPrism("xsignals");
    await using auth0 = await startPrism("auth0");
    const calls = (status: number) =>
      clientCalls({
        api: api.origin,
        auth0: auth0.origin,
        fetch(input, init) {
          const request = new Request(input, init);
          request.headers.set("prefer", `code=${status}`);
          return fetch(request);
        },
      });
    const documented = new Map([...await answersOf("xsignals"), ...await answersOf("auth0")]);

    await check("every operation is called", () => {
      assertEquals(Object.keys(calls(200)).toSorted(), [...documented.keys()].toSorted());
    });
    for (const [operation, answers] of documented) {
      // A redirect leads to the vendor's web site, and some operations follow it.
      for (const answer of answers.filter(({ status }) => status < 300 || status >= 400)) {
        await check(`${operation} understands its ${answer.status}`, async () => {
          await expectResult(await calls(answer.status)[operation]!(), answer);
        });
      }
    }
    await check("no call breaks a spec", async () => {
      assertEquals([...(await api.seen()).violations, ...(await auth0.seen()).violations], []);
    });
  },
};

async function answersOf(spec: "xsignals" | "auth0"): Promise<ReadonlyMap<string, readonly DocumentedAnswer[]>> {
  return documentedAnswers(await Deno.readTextFile(new URL(`../../../spec/${spec}.yaml`, import.meta.url)));
}

/** The example is the operation's `data` when it succeeded, and else its `error`. Of an answer without one the status counts. */
async function expectResult({ data, error, response }: Result, { status, example }: DocumentedAnswer): Promise<void> {
  assertEquals(response?.status, status);
  if (example === undefined) return;
  const [given, other] = status < 300 ? [data, error] : [error, data];
  assertEquals(given instanceof Blob ? await given.text() : given, example);
  assertEquals(other, undefined);
}
