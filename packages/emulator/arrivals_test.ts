import { assertEquals } from "@std/assert";
import { startArrivals } from "./arrivals.ts";
import type { EmulatorFile } from "./options.ts";

Deno.test("startArrivals() adds a file to each group every so often", () => {
  const timers: [tick: () => void, ms?: number][] = [];
  const real = globalThis.setInterval;
  globalThis.setInterval =
    ((tick: () => void, ms?: number) => timers.push([tick, ms])) as unknown as typeof setInterval;
  const files: EmulatorFile[] = [];
  try {
    const addFile = (file: EmulatorFile) => `${files.push(file)}`;
    startArrivals({ addFile }, [{ group: "A", seconds: 0.5 }, { group: "B", seconds: 60 }], () => Date.UTC(2030, 0, 1));
  } finally {
    globalThis.setInterval = real;
  }
  assertEquals([timers.map(([, ms]) => ms), files], [[500, 60_000], []]);
  for (const index of [0, 0, 1]) timers[index]![0]();
  const content = (number: number) =>
    `Instrument,Order Ref,Date(UTC),Price\nEX-V24,00000000${number},2030-01-01T00:00:00.000,0.0${number}\n`;
  assertEquals(files.map(({ groupName, fileName, content }) => [groupName, fileName, content]), [
    ["A", "arrived.csv", content(1)],
    ["A", "arrived.csv", content(2)],
    ["B", "arrived.csv", content(1)],
  ]);
});
