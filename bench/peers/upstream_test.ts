import { assertEquals } from "@std/assert";
import { surroundingsAt } from "./surroundings.ts";
import { refreshTokens } from "./token_calls.ts";
import { serveUpstream, type Upstream } from "./upstream.ts";

async function apiStatus({ origin }: Upstream, accessToken: string): Promise<number> {
  const response = await fetch(`${origin}/api/thing`, { headers: { authorization: `Bearer ${accessToken}` } });
  await response.body?.cancel();
  return response.status;
}

Deno.test("serveUpstream() takes a refresh token once, and counts what is asked", async () => {
  const upstream = serveUpstream();
  const surroundings = surroundingsAt(upstream.origin);
  const first = await surroundings.logIn();
  const second = await refreshTokens(surroundings, first.refreshToken);
  const again = await refreshTokens(surroundings, first.refreshToken).catch((error) => error.message);
  assertEquals(again, "Cannot get tokens: the server answered 401");
  assertEquals(await apiStatus(upstream, second.accessToken), 200);
  assertEquals(await refreshTokens(surroundings, second.refreshToken).then(() => "ok"), "ok");
  assertEquals(upstream.counts(), { tokenCalls: 4, logins: 1, spent: 1, apiCalls: 1 });
  await upstream.stop();
});

Deno.test("serveUpstream() refuses what has expired, what was revoked, and everything when told to", async () => {
  const upstream = serveUpstream();
  const { logIn } = surroundingsAt(upstream.origin);
  const first = await logIn();
  upstream.advance(3_600_001);
  assertEquals(await apiStatus(upstream, first.accessToken), 401);
  const second = await logIn();
  assertEquals(await apiStatus(upstream, second.accessToken), 200);
  upstream.refuseAll(true);
  assertEquals(await apiStatus(upstream, second.accessToken), 401);
  upstream.refuseAll(false);
  assertEquals(await apiStatus(upstream, second.accessToken), 200);
  upstream.revoke();
  assertEquals(await apiStatus(upstream, second.accessToken), 401);
  await upstream.stop();
});
