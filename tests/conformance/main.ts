/**
 * Holds the project against software that others wrote: `deno task conformance [JUDGE…]`.
 *
 * Without names all judges run, side by side, each with servers of its own on loopback; the last, `spec`, takes every
 * answer that the others had of an emulator. It prints one line for each with the number of its checks, and each failure
 * with its reason; it exits with 1 when anything failed.
 *
 * @module
 */
import { judgeByCurl } from "./curl/judge_by_curl.ts";
import { judgeByKy } from "./http_clients/judge_by_ky.ts";
import { judgeByOpenapiFetch } from "./http_clients/judge_by_openapi_fetch.ts";
import type { Judge } from "./judge.ts";
import { judgeAnswers } from "./judge_answers.ts";
import { judgeByAuth0AuthJs } from "./oauth_clients/judge_by_auth0_auth_js.ts";
import { judgeByOAuth4webapi } from "./oauth_clients/judge_by_oauth4webapi.ts";
import { judgeByOpenidClient } from "./oauth_clients/judge_by_openid_client.ts";
import { judgeByOAuth2MockServer } from "./oauth_servers/judge_by_oauth2_mock_server.ts";
import { judgeByOidcProvider } from "./oauth_servers/judge_by_oidc_provider.ts";
import { judgeByPrismMock } from "./prism/judge_by_prism_mock.ts";
import { judgeByPrismProxy } from "./prism/judge_by_prism_proxy.ts";
import { closingLine, linesOf } from "./report.ts";
import { judgeByRespect } from "./respect/judge_by_respect.ts";
import { runJudge, type Verdict } from "./run_judge.ts";

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
  const verdicts = await Promise.all(JUDGES.filter(isChosen).map(async (judge) => told(await runJudge(judge))));
  if (isChosen(spec)) verdicts.push(told(await runJudge(spec)));
  console.log(closingLine(verdicts, performance.now() - start));
  // Also when something still runs that a judge could not end.
  Deno.exit(verdicts.some(({ failures }) => failures.length > 0) ? 1 : 0);
}

function told(verdict: Verdict): Verdict {
  for (const line of linesOf(verdict)) console.log(line);
  return verdict;
}

if (import.meta.main) await main(Deno.args);
