import type { RefreshFacts } from "./facts.ts";
import { CLIENT } from "./server.ts";
import type { World } from "./world.ts";

/** Whether the server would still exchange a refresh token. It is exchanged by that: only for the end of a run. */
export async function isAlive({ server, scenario }: World, token: RefreshFacts): Promise<boolean> {
  const answer = scenario.strategy.startsWith("auth0")
    ? await server.emulator.fetch("https://auth.xpansiv.com/oauth/token", {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "refresh_token",
        refresh_token: token.value,
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
      }),
    })
    : await server.emulator.fetch("https://api.xsignals.xpansiv.com/auth/refresh", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ refreshToken: token.value }),
    });
  await answer.body?.cancel();
  if (answer.status === 200) token.spent = true;
  return answer.status === 200;
}
