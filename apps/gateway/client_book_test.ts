import { assertEquals, assertRejects } from "@std/assert";
import { clientReader, openClientBook } from "./client_book.ts";
import { type Clients, formatHash, hashSecret, parseClientFile } from "./clients.ts";
import { type LogEntry, makeAlerts } from "./log.ts";

const START = Date.UTC(2030, 0, 1);
const HASH = formatHash(hashSecret("secret"));

function listed(...clients: Record<string, unknown>[]): Clients {
  return parseClientFile(JSON.stringify({ clients: clients.map((client) => ({ hashes: [HASH], ...client })) }));
}

function setUp(clients: Clients) {
  const world = { time: START, read: () => Promise.resolve(clients), reads: 0 };
  const log: LogEntry[] = [];
  const read = () => (world.reads++, world.read());
  const book = openClientBook(
    clients,
    read,
    () => world.time,
    makeAlerts((entry) => log.push(entry), () => world.time),
  );
  const knows = async (id: string) => (await book.find(id)) !== undefined;
  return { world, log, book, knows };
}

Deno.test("openClientBook() reads the clients anew half a minute after it did, when somebody asks, once for all", async () => {
  const { world, knows } = setUp(listed({ id: "a" }));
  world.read = () => Promise.resolve(listed({ id: "b" }));
  world.time += 29_999;
  assertEquals([await knows("a"), await knows("b"), world.reads], [true, false, 0]);
  world.time += 1;
  assertEquals(await Promise.all([knows("a"), knows("b"), knows("b")]), [false, true, true]);
  assertEquals(world.reads, 1);
  world.time -= 3_600_000; // the clock was set back
  await knows("b");
  assertEquals(world.reads, 2);
});

Deno.test("openClientBook() gives the same list until a client changes", async () => {
  const { world, book } = setUp(listed({ id: "a" }));
  const before = await book.list();
  for (const [label, isSame] of [[undefined, true], ["b", false]] as const) {
    world.read = () => Promise.resolve(listed({ id: "a", label }));
    world.time += 30_000;
    assertEquals(await book.list() === before, isSame);
  }
});

Deno.test("openClientBook() keeps the clients when they cannot be read any more, and says so once an incident", async () => {
  const { world, log, knows } = setUp(listed({ id: "a" }));
  const broken = () => Promise.reject(new TypeError("Cannot use the clients: x"));
  for (
    const [read, known] of [[broken, true], [broken, true], [() => Promise.resolve(listed()), false], [
      broken,
      false,
    ]] as const
  ) {
    world.read = read;
    world.time += 30_000;
    assertEquals(await knows("a"), known);
  }
  const message =
    "Cannot use the clients: x. They stay as they were, removed ones included; after 5 minutes nobody gets a new token";
  const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();
  assertEquals(log, [30, 120].map((seconds) => ({ at: at(seconds), event: "alert", reason: "clients", message })));
});

Deno.test("openClientBook() knows a client until it expires", async () => {
  const { world, knows } = setUp(listed({ id: "a", expires: "2030-01-01T00:00:10Z" }, { id: "b" }));
  world.time += 9_999;
  assertEquals([await knows("a"), await knows("b"), await knows("c")], [true, true, false]);
  world.time += 1;
  assertEquals([await knows("a"), await knows("b")], [false, true]);
});

Deno.test("clientReader() takes no assertion where the gateway does not know its own address", async () => {
  const text = JSON.stringify({
    clients: [{ id: "a", assertion: { issuer: "https://issuer.example", subject: "s" } }],
  });
  const read = (issuer?: string) => clientReader({ file: "f" }, () => Promise.resolve(text), issuer)();
  assertEquals((await read("https://gateway.example")).size, 1);
  const { message } = await assertRejects(() => read(), TypeError);
  assertEquals(
    message,
    "Cannot use the clients: GATEWAY_ISSUER is not set, and assertions must be for it (from GATEWAY_CLIENTS_FILE)",
  );
});
