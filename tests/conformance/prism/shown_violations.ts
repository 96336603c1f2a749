import type { Emulator } from "@xsignals/emulator/serve";
import type { Check } from "../judge.ts";
import { ACCOUNT } from "./account.ts";
import type { Prism } from "./start_prism.ts";

/** Shows the proxies one violation of each kind: who sees nothing finds nothing. */
export async function showViolations(check: Check, { faults }: Emulator, api: Prism, sso: Prism): Promise<void> {
  const authorization = `Basic ${btoa(`${ACCOUNT.username}:${ACCOUNT.password}`)}`;

  async function damagedLogin(damage: (answer: Response) => Response | Promise<Response>): Promise<Response> {
    faults.add({ operation: "authLogin", stage: "after", respond: (_, answer) => damage(answer!) });
    return await fetch(`${api.origin}/auth/login`, { headers: { authorization } });
  }
  function post(url: string): Promise<Response> {
    return fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: '{"refreshToken":1}' });
  }
  async function seen(what: string, told: string, prism: Prism, sent: () => Promise<Response>): Promise<void> {
    await check(`it sees ${what}`, async () => {
      await (await sent()).body?.cancel();
      const { violations } = await prism.seen();
      if (!violations.some((one) => one.includes(told))) throw new Error(`it saw ${JSON.stringify(violations)}`);
    });
  }

  await seen("a renamed member", "must have required property 'refreshToken'", api, () => damagedLogin(rename));
  await seen(
    "an undocumented status",
    "match the returned status code",
    api,
    () => damagedLogin(({ body, headers }) => new Response(body, { status: 201, headers })),
  );
  await seen(
    "an undocumented content type",
    "received media type",
    api,
    () => damagedLogin(({ body }) => new Response(body, { headers: { "content-type": "text/csv" } })),
  );
  await seen("a member of the wrong type", "must be string", api, () => post(`${api.origin}/auth/refresh`));
  await seen("a missing credential", "Invalid security scheme used", api, () => fetch(`${api.origin}/file/group`));
  await seen("a missing member", "must have required property", sso, () => post(`${sso.origin}/oauth/token`));
}

async function rename(answer: Response): Promise<Response> {
  const { token, refreshToken } = await answer.json();
  return Response.json({ token, refresh_token: refreshToken });
}
