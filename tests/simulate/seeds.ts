import type { InitialTokens } from "@xsignals/session";
import { CLIENT, PASSWORD, USER } from "./server.ts";
import type { World } from "./world.ts";

/** What a person gets by logging in, to give it to a session; one for all that share a store, else one for each. */
export async function getSeeds(world: World): Promise<InitialTokens[]> {
  const { strategy, store, sessions } = world.scenario;
  if (!strategy.endsWith("tokens")) return [];
  const logIn = strategy.startsWith("auth0") ? logInAtAuth0 : logInAtApi;
  const seeds: InitialTokens[] = [];
  for (const _ of sessions) {
    const shared = store === "shared" ? seeds[0] : undefined;
    seeds.push(shared ?? await logIn(world));
  }
  return seeds;
}

async function logInAtApi({ server, facts }: World): Promise<InitialTokens> {
  const answer = await server.emulator.fetch("https://api.xsignals.xpansiv.com/auth/login", {
    headers: { authorization: `Basic ${btoa(`${USER}:${PASSWORD}`)}` },
  });
  const { token, refreshToken } = await answer.json();
  facts.issue({ token, refreshToken });
  return { accessToken: token, refreshToken };
}

async function logInAtAuth0({ server, facts }: World): Promise<InitialTokens> {
  const answer = await server.emulator.fetch("https://auth.xpansiv.com/oauth/token", {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "http://auth0.com/oauth/grant-type/password-realm",
      username: USER,
      password: PASSWORD,
      realm: "Username-Password-Authentication",
      audience: "https://xpansiv/platform",
      scope: "offline_access",
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
    }),
  });
  const { access_token, refresh_token } = await answer.json();
  facts.issue({ access_token, refresh_token });
  return { accessToken: access_token, ...(refresh_token === undefined ? {} : { refreshToken: refresh_token }) };
}
