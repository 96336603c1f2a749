import { assertEquals, assertNotEquals } from "@std/assert";
import { createEmulator } from "./emulator.ts";

const API = "https://api.xsignals.xpansiv.com";

Deno.test("createEmulator() serves login, refresh, a call and logout", async () => {
  const { fetch, log } = createEmulator();
  const post = (path: string, refreshToken: string, headers = {}) =>
    fetch(API + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ refreshToken }),
    });

  const login = await fetch(`${API}/auth/login`, { headers: { authorization: `Basic ${btoa("login:password")}` } });
  assertEquals(login.status, 200);
  const first = await login.json();
  const refresh = await post("/auth/refresh", first.refreshToken);
  assertEquals(refresh.status, 200);
  const second = await refresh.json();
  assertNotEquals(second.refreshToken, first.refreshToken);
  assertEquals((await post("/auth/refresh", first.refreshToken)).status, 401);

  const bearer = { authorization: `Bearer ${second.token}` };
  assertEquals((await fetch(`${API}/`, { headers: bearer })).status, 404);
  assertEquals((await fetch(`${API}/`)).status, 401);
  assertEquals((await post("/auth/logout", second.refreshToken, bearer)).status, 200);
  assertEquals((await post("/auth/refresh", second.refreshToken)).status, 401);
  assertEquals(log.map((entry) => entry.status), [200, 200, 401, 404, 401, 200, 401]);
});
