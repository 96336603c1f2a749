// The members of JSON are a contract: they are added within a major version, never renamed.
import { assertEquals } from "@std/assert";
import members from "./members.json" with { type: "json" };
import { BASE_URL, NOTE, openStage, ORDERS } from "./stage_test.ts";

/** A line of each command whose members are its own. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  login: ["login", "--username", "login", "--password-stdin"],
  status: ["status"],
  token: ["token"],
  groups: ["groups"],
  files: ["files", ORDERS],
  newest: ["newest", ORDERS, "-d", "DIR"],
  download: ["download", NOTE, "-d", "DIR"],
  "sync --dry-run": ["sync", ORDERS, "DIR/orders", "--dry-run"],
  sync: ["sync", ORDERS, "DIR/orders"],
  symbols: ["symbols", ORDERS],
  "series -o": ["series", ORDERS, "-s", "Instrument=GEO-V23", "-o", "DIR/prices.csv"],
  doctor: ["doctor"],
  probe: ["probe", "--yes", "-o", "DIR/probe.json"],
  error: ["files", "Nope"],
  logout: ["logout"],
};

/** The members of a value, those of what is inside, too. */
function membersOf(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((one) => membersOf(one, `${path}[]`)))];
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([name, inner]) => membersOf(inner, path === "" ? name : `${path}.${name}`));
}

Deno.test("every member of JSON that is in the list is there, and none that is not", async () => {
  await using stage = await openStage();
  const found: Record<string, string[]> = {};
  for (const [name, line] of Object.entries(LINES)) {
    if (name === "sync") stage.emulator.faults.add({ operation: "downloadFile", status: 403 });
    const { stdout, stderr } = await stage.run([...line, "--json"], {
      env: { XSIGNALS_BASE_URL: BASE_URL },
      input: "password",
    });
    const text = name === "error" ? stderr : stdout;
    found[name] = [...new Set(text.trimEnd().split("\n").flatMap((one) => membersOf(JSON.parse(one))))];
  }
  assertEquals(found, members);
});
