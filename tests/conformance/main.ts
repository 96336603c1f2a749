/**
 * Holds the project against software that others wrote: `deno task conformance [JUDGE…]`.
 *
 * Without names all judges run, side by side, each with servers of its own on loopback; the last, `spec`, takes every
 * answer that the others had of an emulator. It prints one line for each with the number of its checks, and each failure
 * with its reason; it exits with 1 when anything failed.
 *
 * @module
 */
import { judgeByKy } from "./http_clients/judge_by_ky.ts";
import { judgeByOpenapiFetch } from "./http_clients/judge_by_openapi_fetch.ts";
import { type Judge, runJudge, type Verdict } from "./judge.ts";
import { judgeAnswers } from "./judge_answers.ts";
import { judgeByCurl } from "./judge_by_curl.ts";
import { judgeByRespect } from "./judge_by_respect.ts";
import { judgeByAuth0AuthJs } from "./oauth_clients/judge_by_auth0_auth_js.ts";
import { judgeByOAuth4webapi } from "./oauth_clients/judge_by_oauth4webapi.ts";
import { judgeByOpenidClient } from "./oauth_clients/judge_by_openid_client.ts";
import { judgeByOAuth2MockServer } from "./oauth_servers/judge_by_oauth2_mock_server.ts";
import { judgeByOidcProvider } from "./oauth_servers/judge_by_oidc_provider.ts";
import { judgeByPrismMock } from "./prism/judge_by_prism_mock.ts";
import { judgeByPrismProxy } from "./prism/judge_by_prism_proxy.ts";

const JUDGES: readonly Judge[] = [
  judgeByCurl,
  judgeByRespect,
  judgeByPrismProxy,
  judgeByPrismMock,
  judgeByOAuth4webapi,
  judgeByOpenidClient,
  judgeByAuth0AuthJs,
  judgeByOidcProvider,
  judgeByOAuth2MockServer,
  judgeByOpenapiFetch,
  judgeByKy,
];

async function main(names: readonly string[]): Promise<void> {
  const spec = judgeAnswers();
  const all = [...JUDGES, spec];
  const unknown = names.find((name) => !all.some((judge) => judge.name === name));
  if (unknown !== undefined) {
    console.error(`Cannot run ${unknown}: the judges are ${all.map(({ name }) => name).join(", ")}`);
    Deno.exit(2);
  }
  // An exit ends what the judges have started; a signal alone would leave it behind.
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => Deno.exit(1));
  const start = performance.now();
  const isChosen = ({ name }: Judge) => names.length === 0 || names.includes(name);
  const verdicts = await Promise.all(JUDGES.filter(isChosen).map(told));
  if (isChosen(spec)) verdicts.push(await told(spec));
  const sum = (of: "passed" | "failed") => verdicts.reduce((all, verdict) => all + verdict[of], 0);
  const seconds = Math.round((performance.now() - start) / 1000);
  // As `deno test` writes its last line, so that `sum_tests.ts` can add it up.
  console.log(
    `${sum("failed") === 0 ? "ok" : "FAILED"} | ${sum("passed")} passed | ${sum("failed")} failed (${seconds}s)`,
  );
  // Also when something still runs that a judge could not end.
  Deno.exit(sum("failed") === 0 ? 0 : 1);
}

async function told(judge: Judge): Promise<Verdict> {
  const verdict = await runJudge(judge);
  for (const line of verdict.lines) console.log(line);
  return verdict;
}

if (import.meta.main) await main(Deno.args);
