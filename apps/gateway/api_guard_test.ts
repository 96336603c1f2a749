import { assertEquals } from "@std/assert";
import { guardApi, WITHHELD } from "./api_guard.ts";
import { makeAlerts } from "./log.ts";
import { watchUpstream } from "./upstream.ts";

/** What becomes of an answer to a call that carried this credential. */
async function guarded(authorization: string, answer: Response): Promise<string> {
  const upstream = watchUpstream(() => 0, makeAlerts(() => {}, () => 0));
  const fetch = guardApi(() => Promise.resolve(answer), () => "https://api.example", upstream);
  const { status, headers } = await fetch("https://api.example/file/1", { headers: { authorization } });
  return `${status}${headers.has(WITHHELD) ? " withheld" : ""}`;
}

const PASSWORD = 'pa"ss/w\\ord';
const BASIC = `Basic ${btoa(`login:${PASSWORD}`)}`;

Deno.test("guardApi() withholds a refusal with the password of Basic, plain or as a JSON text", async () => {
  const json = JSON.stringify(PASSWORD);
  for (const text of [`login ${PASSWORD}`, json, json.replaceAll("/", "\\/"), btoa(PASSWORD)]) {
    assertEquals(await guarded(BASIC, new Response(text, { status: 404 })), "404 withheld", text);
  }
  assertEquals(await guarded(BASIC, new Response("login", { status: 404 })), "404");
});

Deno.test("guardApi() withholds a refusal that it cannot read, as a compressed one", async () => {
  for (const [encoding, expected] of [["gzip", "403 withheld"], ["identity", "403"], ["", "403"]] as const) {
    const headers = { "content-encoding": encoding };
    assertEquals(await guarded(BASIC, new Response("no", { status: 403, headers })), expected);
  }
});

Deno.test("guardApi() withholds a redirect to an address with the credential, as a broken gateway", async () => {
  const redirect = (location: string) => new Response(null, { status: 307, headers: { location } });
  assertEquals(await guarded("Bearer SECRET", redirect("https://files.example/?t=%53ECRET")), "502 withheld");
  assertEquals(await guarded("Bearer SECRET", redirect("https://files.example/?t=1")), "307");
});
