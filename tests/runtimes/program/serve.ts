import { createEmulator } from "@xsignals/emulator";
import { serveEmulator } from "@xsignals/emulator/serve";
import { createSession, login } from "@xsignals/session";
import { call, USER } from "./account.ts";

// The emulator itself in this runtime: served, which workerd cannot, and as a fetch that follows a redirect with a body.
const { api, emulator, stop } = await serveEmulator({ users: { [USER.username]: USER.password } });
const session = createSession({ strategy: login(USER), baseUrl: api });
const saw = await call(session);
await session.logout();
await stop();
const { fetch, faults } = createEmulator();
faults.add({ path: "/moved", status: 307, headers: { location: "/auth/refresh" } });
const begun = await fetch("https://api.xsignals.xpansiv.com/auth/login", {
  headers: { authorization: `Basic ${btoa("login:password")}` },
});
const { refreshToken } = Object(await begun.json());
const moved = await fetch("https://api.xsignals.xpansiv.com/moved", {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ refreshToken }),
});
const received = emulator.log.map(({ operation, status }) => `${operation} ${status}`);
console.log(JSON.stringify({ saw, received, moved: moved.status }));
