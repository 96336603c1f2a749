import { assertEquals } from "@std/assert";
import { serveEmulator } from "@xsignals/emulator/serve";
import { askRaw, type RawAnswer } from "./testing/raw_answer.ts";
import { CONTENT, MAY_DIFFER, SAME_REQUESTS, type SameRequest } from "./testing/same_requests.ts";
import { serveGateway } from "./testing/served_gateway.ts";
import { clientLine } from "./testing/test_app.ts";

/**
 * The names of the members that are different. A body in other words has another length, and one that came without may get
 * one on the next connection.
 */
function differences(direct: RawAnswer, through: RawAnswer): string[] {
  const flat = ({ status, headers, body, end }: RawAnswer): Record<string, string> => ({
    ...headers,
    status,
    body,
    end,
  });
  const [a, b] = [flat(direct), flat(through)];
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  const hasTrueLength = a["content-length"] === undefined && a.body !== "" &&
    Number(b["content-length"]) === b.body!.length;
  const isMeant = (name: string) =>
    Object.hasOwn(MAY_DIFFER, name) || (name === "content-length" && (a.body !== b.body || hasTrueLength));
  return [...names].filter((name) => a[name] !== b[name] && !isMeant(name)).sort();
}

Deno.test("apiRoute() answers as the API does, member by member, but for the differences that are meant", async () => {
  const { emulator, api, stop } = await serveEmulator({
    users: { login: "password" },
    now: () => Date.UTC(2030, 0, 1),
    assumptions: { ranges: "both" },
  });
  try {
    const file = { fid: "prices", fileName: "prices.csv", groupName: "Prices", content: CONTENT };
    emulator.addFile({ ...file, fileType: "NCSV", arrivalTime: "2024-03-05T19:00:00" });
    emulator.removeFile(emulator.addFile({ ...file, fid: "removed" }));
    const login = await fetch(`${api}/auth/login`, { headers: { authorization: `Basic ${btoa("login:password")}` } });
    const own = `Bearer ${(await login.json()).token}`;
    const variables = { XSIGNALS_BASE_URL: api };
    await using relaying = await serveGateway(() => new Response(), variables);
    const line = { GATEWAY_CLIENTS_FILE: "", GATEWAY_CLIENTS: clientLine("client", "secret") };
    await using native = await serveGateway(() => new Response(), { ...variables, ...line });
    const tokens = new Map([[relaying, await relaying.token()], [native, await native.token()]]);
    const head = await askRaw(api, { line: "HEAD /file/prices/download", headers: { authorization: own } });
    const known: Record<string, string> = { ETAG: head.headers["etag"]!, MODIFIED: head.headers["last-modified"]! };
    const ask = async (origin: string, authorization: string, { line, headers, body = "" }: SameRequest) => {
      const filled = Object.entries({ ...headers, authorization })
        .map(([name, value]) => [name, value.replace(/\$([A-Z]+)/, (_, word) => known[word]!)]);
      return await askRaw(origin, { line, headers: Object.fromEntries(filled), body });
    };
    for (const request of SAME_REQUESTS) {
      const { line, headers, fault, meant = {} } = request;
      const remove = fault && emulator.faults.add({ credential: "bearer", times: Infinity, ...fault });
      const direct = await ask(api, own, request);
      for (const [gateway, token] of tokens) {
        if (gateway === native && line.includes(" /ts")) continue; // a client in a line reads files only
        const through = await ask(gateway.origin, `Bearer ${token}`, {
          ...request,
          line: line.replace(" /", " /api/"),
        });
        const told = JSON.stringify({ line, headers, fault, direct, through }, null, 1);
        assertEquals(differences(direct, through), Object.keys(meant).sort(), told);
      }
      remove?.();
    }
  } finally {
    await stop();
  }
});
