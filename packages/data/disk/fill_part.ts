// Brings a part to its end: by going on with it where that is safe, from zero where it is not.
import type { Calls, Work } from "../calls.ts";
import { type Content, getFileEntry, openContent } from "../content.ts";
import { DataError } from "../data_error.ts";
import { failed } from "../failure.ts";
import { describeError } from "../printable.ts";
import type { FileEntry } from "../types.ts";
import { atDisk, diskError, isOfDisk } from "./disk_failure.ts";
import { continuePart, createPart, lookAt, type Opened } from "./files.ts";
import { type Begun, dropPart, type Place, readBegun, type Sidecar, strong, writeSidecar } from "./part.ts";
import { readAtOnce } from "./read_at_once.ts";
import type { Turn } from "./turn.ts";
import { watchPart } from "./watch_part.ts";

/** The first pause between two tries in ms, from which they double, and the longest one. */
const [FIRST_PAUSE, LONGEST_PAUSE] = [1_000, 30_000];

/** A try that brought so many bytes, to be kept, was not in vain: tries are counted anew. */
const PROGRESS = 1024 * 1024;

/** So many bytes are held in memory, if they come at once. */
const AT_ONCE = 1024 * 1024;

/** So many bytes cost nothing, however they are brought to the disk. */
const SMALL = 8 * 1024 * 1024;

/** How one try ended. */
type Ending =
  /** All that the server told of is there. */
  | {
    readonly kind: "whole";
    readonly received: number;
    readonly size?: number;
    readonly isSynced?: boolean;
    readonly bytes?: Uint8Array;
  }
  /** It takes longer, and it is another program's turn. */
  | { readonly kind: "not our turn" }
  /** Bytes are missing. */
  | { readonly kind: "short"; readonly error: DataError };

/** What is whole: a part, or its bytes in memory. */
export interface Filled {
  readonly size: number;
  readonly isSynced: boolean;
  readonly bytes?: Uint8Array;
}

/** The part cannot be gone on with; `isChanged`: the file is another one now. */
interface Anew {
  readonly kind: "anew";
  readonly isChanged: boolean;
  /** The file from its first byte, if that has come. */
  readonly content?: Content;
}

/**
 * Brings the part to its end, and checks its length. If the turn was not taken, there is no part: it is taken when one is
 * needed.
 *
 * @returns How many bytes it has, and whether they outlast a crash already.
 * @throws {DataError} Those of `openContent`; `truncated` or `stalled` if the tries are used up, `changed_meanwhile` if the
 *   file changes twice, `size_mismatch`; the disk's.
 */
export async function fillPart(calls: Calls, work: Work, file: FileEntry, place: Place, turn: Turn): Promise<Filled> {
  const { clock, limits, random, emit } = calls;
  let [failures, changes] = [0, 0];
  for (;;) {
    const begun = turn.isMine() ? await atDisk(work, place.part, () => readBegun(place, file)) : undefined;
    const before = begun?.from ?? 0;
    const ending = await inPlace(calls, work, async (leave) => {
      const ended = await goOn(calls, work, file, { ...place, turn, leave }, begun);
      if (ended.kind !== "anew") return ended;
      if (ended.isChanged && ++changes > 1) {
        await ended.content?.response.body?.cancel();
        throw failed(work, "changed_meanwhile", "the file changed twice while it came", { retryable: true });
      }
      return await beginAnew(calls, work, file, { ...place, turn, leave }, ended.content);
    });
    if (ending.kind === "not our turn") {
      await turn.wait();
      continue;
    }
    if (ending.kind === "whole") {
      const { received, size, isSynced = false, bytes } = ending;
      await checkSize(calls, work, file, received, size);
      return { size: received, isSynced, bytes };
    }
    const kept = await atDisk(work, place.part, () => readBegun(place, file));
    if (kept && kept.from >= before + PROGRESS) failures = 0;
    if (failures >= limits.retries) throw afterTries(ending.error, failures + 1);
    const ms = random() * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures);
    failures++;
    emit({ type: "retrying", at: clock.now(), ms, reason: ending.error.code });
    await clock.sleep(ms, work.signal);
  }
}

/** Works in one of the places that there are for downloads. */
async function inPlace<T>({ pace }: Calls, { signal }: Work, download: (leave: () => void) => Promise<T>): Promise<T> {
  const leave = await pace.place(signal);
  return await download(leave).finally(leave);
}

/** Where a download goes to. */
interface Goal extends Place {
  /** Taken before anything is written. */
  readonly turn: Turn;
  /** Lets the next download begin, when all bytes have come. */
  readonly leave: () => void;
}

/** Goes on with a part, if there is one. */
async function goOn(calls: Calls, work: Work, file: FileEntry, place: Goal, begun?: Begun): Promise<Ending | Anew> {
  if (!begun) return { kind: "anew", isChanged: false };
  const { from, size, etag } = begun;
  const resume = () => calls.emit({ type: "resuming", at: calls.clock.now(), fid: file.fid, kept: from });
  let content: Content;
  try {
    content = await openContent(calls, work, file, { from, ifMatch: etag });
  } catch (error) {
    const { status, expected = size } = error instanceof DataError ? error : {};
    if (status === 416 && expected === from) {
      resume();
      return { kind: "whole", received: from, size: from };
    }
    if (status === 416) return { kind: "anew", isChanged: expected !== size };
    if (status === 206) return { kind: "anew", isChanged: false }; // another part than was asked for
    throw error;
  }
  const { status, headers, body } = content.response;
  const now = headers.get("etag");
  if (status === 200) return { kind: "anew", isChanged: now !== null && now !== etag, content };
  const [, total] = /\/(\d+)$/.exec(headers.get("content-range") ?? "") ?? [];
  const isSame = now === etag && (total === undefined || Number(total) === size);
  if (isSame) {
    resume();
    return await receive(calls, work, file, place, { from, size, body });
  }
  await body?.cancel();
  return { kind: "anew", isChanged: now !== null };
}

/** Begins with the first byte. */
async function beginAnew(calls: Calls, work: Work, file: FileEntry, place: Goal, given?: Content): Promise<Ending> {
  const { response: { headers, body } } = given ?? await openContent(calls, work, file, {});
  const length = headers.get("content-length");
  const size = length === null ? undefined : Number(length);
  const etag = size === undefined ? undefined : strong(headers.get("etag"));
  const known = { fid: file.fid, group: file.groupName, size, etag, begun: new Date(calls.clock.now()).toISOString() };
  return await receive(calls, work, file, place, { from: 0, size, body, known });
}

/** What comes, and how long the part is before and after it. */
interface Coming {
  readonly from: number;
  readonly size?: number;
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | null;
  /** What to write down of it, if it begins. */
  readonly known?: Sidecar;
}

async function receive(
  calls: Calls,
  work: Work,
  file: FileEntry,
  place: Goal,
  { from, size, body: whole, known }: Coming,
): Promise<Ending> {
  const { part, turn } = place;
  const expected = size ?? (file.size || undefined);
  let body = whole;
  if (!turn.isMine()) {
    if (expected !== undefined && expected <= AT_ONCE && (file.size || expected) === expected) {
      const read = await readAtOnce(calls.clock, body, expected);
      if ("bytes" in read) return { kind: "whole", received: expected, bytes: read.bytes };
      body = read.rest;
    }
    if (!(await turn.take())) {
      await body?.cancel();
      return { kind: "not our turn" };
    }
  }
  let opened: Opened | undefined;
  try {
    opened = known ? await createPart(part, () => dropPart(place)) : await continuePart(part, from);
    if (known) await writeSidecar(place, known);
  } catch (error) {
    opened?.close();
    await body?.cancel();
    throw diskError(work, part, error);
  }
  const { receive: write } = opened;
  let written: number | undefined;
  let failure: { readonly error: unknown } | undefined;
  try {
    await watchPart(calls, work, { part, from, expected }, async (signal) => {
      const isSmall = expected !== undefined && expected - from <= SMALL;
      written = await write(body, signal, isSmall, place.leave);
    });
  } catch (error) {
    failure = { error };
  }
  if (failure && isOfDisk(failure.error)) throw diskError(work, part, failure.error);
  const isSynced = written !== undefined;
  const received = isSynced ? from + written! : (await atDisk(work, part, () => lookAt(part)))?.size ?? 0;
  const ofExpected = expected === undefined ? `${received} bytes came` : `${received} of ${expected} bytes came`;
  const details = { received, expected, retryable: true };
  if (failure) {
    if (work.signal?.aborted) throw work.signal.reason;
    if (failure.error instanceof DataError) return { kind: "short", error: failure.error };
    const why = `the connection was lost (${describeError(failure.error)}), ${ofExpected}`;
    return { kind: "short", error: failed(work, "truncated", why, details) };
  }
  const isShort = expected !== undefined && received < expected;
  if (isShort) return { kind: "short", error: failed(work, "truncated", `only ${ofExpected}`, details) };
  return { kind: "whole", received, size, isSynced };
}

/**
 * Checks the length of a part that is whole: what the server told of these bytes, and what the API tells of the file, which
 * is asked again before it counts as wrong.
 */
async function checkSize(calls: Calls, work: Work, file: FileEntry, received: number, size?: number): Promise<void> {
  const isRight = (expected: number | undefined) => !expected || expected === received; // 0 means: not known
  if (isRight(size) && isRight(file.size)) return;
  const { size: expected } = await getFileEntry(calls, file.fid, { signal: work.signal });
  if (isRight(size) && isRight(expected)) return;
  const why = `${received} bytes came, but the file has ${(isRight(size) ? expected : size)}; the part is kept`;
  throw failed(work, "size_mismatch", why, { received, expected: isRight(size) ? expected : size });
}

function afterTries(error: DataError, tries: number): DataError {
  if (tries === 1) return error;
  return new DataError(error.code, `${error.message} (${tries} tries)`, { ...error });
}
