import { assertEquals, assertRejects } from "@std/assert";
import { SessionError } from "./errors.ts";
import { traced } from "./tracing.ts";

const KEY = Symbol.for("opentelemetry.js.api.1");

/** Runs with an OpenTelemetry of a few lines, and tells what it was told. */
async function withTracer(run: () => Promise<unknown>): Promise<string[]> {
  const told: string[] = [];
  const span = {
    setAttribute: (name: string, value: string) => told.push(`${name}=${value}`),
    setStatus: ({ code }: { code: number }) => told.push(`status ${code}`),
    end: () => told.push("end"),
  };
  const tracer = {
    startActiveSpan: (name: string, work: (given: typeof span) => unknown) => (told.push(name), work(span)),
  };
  const before = Reflect.get(globalThis, KEY);
  Reflect.set(globalThis, KEY, { trace: { getTracer: () => tracer } });
  try {
    await run();
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, KEY);
    else Reflect.set(globalThis, KEY, before);
  }
  return told;
}

Deno.test("traced() just does the work where no tracer is registered", async () => {
  assertEquals(await traced("work", () => Promise.resolve(1)), 1);
});

Deno.test("traced() does the work inside a span", async () => {
  assertEquals(await withTracer(() => traced("work", () => Promise.resolve(1))), ["work", "end"]);
});

Deno.test("traced() tells of a failure by its code only", async () => {
  const told = await withTracer(async () => {
    for (const error of [new SessionError("unreachable", "SECRET"), new Error("SECRET")]) {
      await assertRejects(() => traced("work", () => Promise.reject(error)));
    }
  });
  assertEquals(told, [
    "work",
    "status 2",
    "error.type=unreachable",
    "end",
    "work",
    "status 2",
    "error.type=unknown",
    "end",
  ]);
});
