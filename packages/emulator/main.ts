/**
 * The emulator as a program: `deno run --allow-net=127.0.0.1 main.ts --help`.
 *
 * @module
 */

import { readArguments, usage } from "./arguments.ts";
import { startArrivals } from "./arrivals.ts";
import { readText } from "./data_file.ts";
import type { LogEntry } from "./log.ts";
import { serveEmulator } from "./serve.ts";
import { readSettings } from "./settings.ts";

if (import.meta.main) await main();

async function main(): Promise<void> {
  try {
    const { help, port, log, options, faults, arrivals } = readArguments(Deno.args, { readText, now: Date.now });
    if (help) return console.log(usage());
    readSettings(options); // Reports wrong options before it asks for a permission.
    await askForPorts(port);
    const { emulator, api, auth0, files } = await serveEmulator(
      { ...options, onAnswer: log ? print : undefined },
      port,
    );
    for (const fault of faults) emulator.faults.add(fault);
    startArrivals(emulator, arrivals);
    for (const signal of ["SIGTERM", "SIGINT"] as const) Deno.addSignalListener(signal, () => Deno.exit(0));
    console.log(`emulator: api ${api} auth0 ${auth0} files ${files}`);
  } catch (error) {
    console.error(`emulator: ${explain(error)}`);
    Deno.exit(error instanceof TypeError ? 2 : 1);
  }
}

/** Asks first, because nobody can catch the error that `node:http` throws without the permission. */
async function askForPorts(port: number): Promise<void> {
  for (const offset of [0, 1, 2]) {
    const host = `127.0.0.1:${port === 0 ? 0 : port + offset}`;
    const { state } = await Deno.permissions.request({ name: "net", host });
    if (state !== "granted") throw new Error(`Cannot listen on ${host}: run with --allow-net=127.0.0.1`);
  }
}

function print({ host, method, path, operation, credential, status, violation, fault }: LogEntry): void {
  const marks = [operation, violation, fault && "fault"].filter(Boolean).join(" ");
  console.log(`${host} ${method} ${path} ${credential} ${status ?? "lost"} ${marks}`.trimEnd());
}

function explain(error: unknown): string {
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE" && "port" in error) {
    return `Cannot listen on 127.0.0.1: port ${error.port} is in use; end what uses it, or choose another --port`;
  }
  return error instanceof Error ? error.message : String(error);
}
