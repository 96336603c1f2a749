import { assert, assertEquals } from "@std/assert";
import type { FetchLike } from "@xsignals/cli/run";
import { createEmulator, type EmulatorOptions } from "@xsignals/emulator";
import { fakeClock } from "@xsignals/session/testing";
import fc from "fast-check";
import { openPlace, type Report } from "./probing.ts";
import { type Account, accounts, expected, settings } from "./settings.ts";

const RUNS = 100;

/** All that a probe may ask of a server. */
const READS: readonly (string | undefined)[] = [
  ...["authLogin", "authRefresh", "searchFiles", "getFile", "downloadFile", "fetchLink", "searchSymbols"],
  ...["queryTimeSeries", undefined],
];

/** What was found, in the form of `expected`. */
function foundIn({ findings }: Report): Record<string, unknown> {
  return Object.fromEntries(findings.map(({ name, found, values }) => [name, values ?? found]));
}

/** Runs a probe against an emulator; resolves with its report and its whole output, and with the secrets that it was given. */
async function probed(options: EmulatorOptions, { username, password }: Account) {
  const clock = fakeClock(Date.UTC(2030, 0, 1, 0, 0, 0, 321));
  const secrets: string[] = [];
  const onResponse = (response: Response) => {
    const location = response.headers.get("location");
    const signature = location && new URL(location).searchParams.get("X-Amz-Signature");
    if (signature) secrets.push(signature);
  };
  const { fetch, log } = createEmulator({ ...options, now: clock.now, onResponse });
  const keeping: FetchLike = async (input, init) => {
    const response = await fetch(input, init);
    if (response.ok && String(input).includes("/auth/")) {
      const { token, refreshToken } = await response.clone().json();
      secrets.push(token, refreshToken);
    }
    return response;
  };
  await using place = await openPlace(clock);
  const env = { XDG_STATE_HOME: "", XSIGNALS_USERNAME: username, XSIGNALS_PASSWORD: password };
  const { code, stdout, stderr } = await place.run(["probe", "--yes", "--table", "-o", place.path], keeping, env);
  assertEquals(code, 0, stderr);
  const text = await place.text();
  const output = [stdout, stderr.replaceAll(place.path, ""), text].join("\n");
  return { report: JSON.parse(text) as Report, output, secrets, log };
}

Deno.test(`xsignals probe finds ${RUNS} random settings back, and gives away nothing`, async () => {
  let done = 0;
  for (const [assumptions, account] of fc.sample(fc.tuple(settings, accounts), { numRuns: RUNS, seed: 14 })) {
    const { report, output, secrets, log } = await probed({ ...account.options, assumptions }, account);
    const why = JSON.stringify(assumptions);

    const all = expected(assumptions, account);
    const names = report.findings.map(({ name }) => name);
    assertEquals(Object.keys(all).filter((name) => !names.includes(name)), []);
    const found = foundIn(report);
    assertEquals(found, Object.fromEntries(names.map((name) => [name, all[name]])), why);
    assertEquals([report.complete, report.requests, report.requests <= 20], [true, log.length, true], why);
    assertEquals(log.filter(({ operation, violation }) => violation || !READS.includes(operation)), [], why);

    assert(secrets.length >= 4);
    assertEquals([...account.private, ...secrets].filter((one) => isIn(one, output)), [], why);

    if (done++ % 4 > 0) continue; // the emulator plays what was found
    const { accessTokenLifetime = 3600, linkLifetime = 3600 } = report;
    const lifetimes = { accessTokenLifetime: accessTokenLifetime * 1000, linkLifetime: linkLifetime * 1000 };
    const played = { ...account.options, ...lifetimes, assumptions: report.assumptions };
    const again = foundIn((await probed(played, account)).report);
    const known = Object.keys(found).filter((name) => found[name] !== undefined);
    assertEquals(known.map((name) => [name, again[name]]), known.map((name) => [name, found[name]]), why);
  }
});

/** Whether a text is in the output, and not just a part of a longer number. */
function isIn(text: string, output: string): boolean {
  return /^\d+$/.test(text) ? new RegExp(`\\b${text}\\b`).test(output) : output.includes(text);
}
