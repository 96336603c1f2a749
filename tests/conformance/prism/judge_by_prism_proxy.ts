import { assertEquals } from "@std/assert";
import { serveEmulator } from "@xsignals/emulator/serve";
import type { Check, Judge } from "../judge.ts";
import { EMULATOR } from "./account.ts";
import { type Flow, flows } from "./flows.ts";
import { showViolations } from "./shown_violations.ts";
import { type Prism, startPrism } from "./start_prism.ts";

/** A day in ms: no access token lives longer. */
const DAY = 24 * 60 * 60_000;

/** Prism as a proxy that validates, between our session and the emulator; requests and answers, by the two specs. */
export const judgeByPrismProxy: Judge = {
  name: "prism-proxy",
  async judge(check) {
    let late = 0;
    const now = () => Date.now() + late;
    const expire = () => void (late += DAY);
    const { emulator, stop, ...served } = await serveEmulator({ ...EMULATOR, now });
    try {
      await using api = await startPrism("xsignals", served.api);
      await using auth0 = await startPrism("auth0", served.auth0);
      await showViolations(check, emulator, api, auth0);
      for (const flow of flows({ api: api.origin, auth0: auth0.origin, emulator, now, expire })) {
        await judgeFlow(check, flow, api, auth0);
      }
      await check("the emulator saw nothing that a client must not do", () => {
        assertEquals(emulator.log.filter(({ violation }) => violation !== undefined), []);
      });
    } finally {
      await stop();
    }
  },
};

async function judgeFlow(check: Check, flow: Flow, api: Prism, auth0: Prism): Promise<void> {
  await check(`${flow.what} works`, flow.run);
  const [ofApi, ofAuth0] = [await api.seen(), await auth0.seen()];
  await check(`${flow.what} sends what it must`, () => {
    assertEquals([ofApi.requests, ofAuth0.requests], [flow.api, flow.auth0]);
  });
  await check(`${flow.what} breaks no spec`, () => {
    const violations = [...ofApi.violations, ...ofAuth0.violations];
    if (violations.length > 0) throw new Error(violations.join("; "));
  });
}
