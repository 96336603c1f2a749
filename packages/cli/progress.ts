// Progress on a terminal: one line on standard error, redrawn.
import type { DataEvent } from "@xsignals/data";
import { bytesOfText, bytesText, countText, durationText } from "./figures.ts";
import type { Job } from "./job.ts";
import { printable } from "./printable.ts";
import type { Sink } from "./world.ts";

/** What is shown while data come. */
export interface Progress extends AsyncDisposable {
  /** Takes the events of the data. */
  onEvent(event: DataEvent): void;
}

/** What is used of cli-progress, which has no types of its own; those of others would change the types of Node everywhere. */
interface Bar {
  start(total: number, value: number): void;
  stop(): void;
}

/** The rate is that of so many of the last milliseconds. */
const RATE_MS = 5_000;

/** How often the line is redrawn, a second. */
const FPS = 5;

/**
 * Begins to watch. Without a terminal, or with `--quiet`, there is no line.
 *
 * @param fileName The file, if it is one alone.
 */
export async function watchProgress(job: Job, fileName?: string): Promise<Progress> {
  const { world: { stderr, clock }, flags } = job;
  const now = () => clock?.now() ?? Date.now();
  const counted = createCount(now, fileName);
  const isSeen = stderr.isTerminal && !flags.quiet;
  const begin = isSeen ? await openLine(stderr, counted.text) : undefined;
  let stop: (() => Promise<void>) | undefined;
  const hosts = new Set<string>();
  return {
    onEvent(event) {
      if (event.type === "link_not_permitted") hosts.add(event.host);
      counted.take(event);
      stop ??= begin?.(); // not before there is something to tell
    },
    async [Symbol.asyncDispose]() {
      await stop?.();
      for (const host of hosts) {
        await job.note(
          `The program may not connect to ${printable(host)}, and got files through the API instead; ` +
            `allow it with --allow-net=${printable(host)}`,
        );
      }
    },
  };
}

/** Counts what the events tell, and says it in a line. */
export function createCount(now: () => number, fileName?: string) {
  const coming = new Map<string, number>();
  const samples: [at: number, bytes: number][] = [];
  let [files, ended, done, came, total, waitingUntil] = [0, 0, 0, 0, 0, 0];
  const there = () => done + coming.values().reduce((sum, bytes) => sum + bytes, 0);
  const grow = (fid: string, bytes: number) => {
    came += Math.max(0, bytes - (coming.get(fid) ?? 0));
    coming.set(fid, bytes);
  };
  return {
    take(event: DataEvent): void {
      if (event.type === "fetching") [files, total] = [event.files, event.bytes];
      if (event.type === "resuming" && !coming.has(event.fid)) coming.set(event.fid, event.kept);
      if (event.type === "receiving") {
        grow(event.fid, event.received);
        if (fileName !== undefined) total = event.expected ?? 0;
      }
      if (event.type === "fetched") {
        grow(event.fid, event.bytes);
        done += event.bytes;
      }
      if (event.type === "fetched" || event.type === "not_fetched") {
        ended++;
        coming.delete(event.fid);
      }
      if (event.type === "waiting") waitingUntil = now() + event.ms;
    },
    text(): string {
      const bytes = there();
      const at = now();
      samples.push([at, came]);
      while (samples.length > 2 && samples[0]![0] < at - RATE_MS) samples.shift();
      if (files === 0 && fileName === undefined) return "reading the list";
      const [begun, before] = samples[0]!;
      const rate = at > begun ? (came - before) * 1000 / (at - begun) : 0;
      const left = rate > 0 && total > bytes ? durationText((total - bytes) / rate * 1000) : undefined;
      return [
        fileName === undefined
          ? `fetching  ${countText(ended)} of ${countText(files)} files`
          : `fetching  ${printable(fileName)}`,
        total > 0 ? bytesOfText(Math.min(bytes, total), total) : bytesText(bytes),
        ...(rate > 0 ? [`${bytesText(rate)}/s`] : []),
        ...(left === undefined ? [] : [`${left} left`]),
        ...(waitingUntil > at ? [`the server asks to wait ${durationText(waitingUntil - at)}`] : []),
      ].join("  ");
    },
  };
}

/** Makes the function that begins to draw a line, again and again. It returns the one that stops it: then the line is gone. */
async function openLine(stderr: Sink, textNow: () => string): Promise<() => () => Promise<void>> {
  const { SingleBar } = await import("cli-progress");
  const { Writable } = await import("node:stream");
  let last: Promise<void> = Promise.resolve();
  const stream = Object.assign(
    new Writable({
      write(chunk: Uint8Array, _encoding, done) {
        last = stderr.write(chunk).catch(() => {}); // nobody looks any more
        last.finally(done);
      },
    }),
    { isTTY: true, columns: stderr.columns ?? 80 },
  );
  const format = () => {
    const text = textNow();
    return text.length < stream.columns ? text : `${text.slice(0, stream.columns - 2)}…`;
  };
  const bar: Bar = new SingleBar({
    stream,
    format,
    fps: FPS,
    hideCursor: true,
    clearOnComplete: true,
    forceRedraw: true,
  });
  return () => {
    bar.start(1, 0);
    return async () => {
      bar.stop();
      await new Promise<void>((resolve) => stream.end(resolve));
      await last;
    };
  };
}
