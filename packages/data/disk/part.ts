// The part of a file that has come so far, and what is known of the whole: so that another run can go on with it.
import type { FileEntry } from "../types.ts";
import {
  completeFile,
  createFile,
  createText,
  lookAt,
  namesIn,
  readText,
  removeFile,
  removeIfEmpty,
  tryLock,
} from "./files.ts";
import { idOnDisk } from "./names.ts";

/** Where a file is saved, and where its part is meanwhile. Whoever changes one of them holds the lock. */
export interface Place {
  /** The folder that the file is to be in. */
  readonly folder: string;
  /** Where the file is to be. */
  readonly target: string;
  /** The folder of parts. */
  readonly parts: string;
  /** The part: what has come. */
  readonly part: string;
  /** Beside it, as JSON, what it is a part of. */
  readonly sidecar: string;
  /** The name of the lock. */
  readonly lock: string;
  /** The whole, for a moment, of a sync that did without part and lock. */
  readonly whole: string;
}

/** What is known of the file that a part is of; never a link to it. */
export interface Sidecar {
  /** The id of the file. */
  readonly fid: string;
  /** Its group. */
  readonly group: string;
  /** Its length in bytes, if the server told it. */
  readonly size?: number;
  /** Its version, if the server told one that says that every byte is the same. */
  readonly etag?: string;
  /** When it was begun. */
  readonly begun: string;
}

/** A part that can be gone on with. */
export interface Begun {
  /** How many bytes are there. */
  readonly from: number;
  /** How many bytes there are to be. */
  readonly size: number;
  /** The version. */
  readonly etag: string;
}

/** The folder of parts in a folder. */
export function partsIn(folder: string): string {
  return `${slashless(folder)}/.xsignals`;
}

/** Where a file is to be. */
function pathIn(folder: string, name: string): string {
  return `${slashless(folder)}/${name}`;
}

/** The place of a file. */
export function placeOf(folder: string, name: string, fid: string): Place {
  const [parts, id] = [partsIn(folder), idOnDisk(fid)];
  const [part, sidecar, whole] = [`${parts}/${id}.part`, `${parts}/${id}.json`, `${parts}/${id}.whole`];
  return { folder, target: pathIn(folder, name), parts, part, sidecar, lock: `${id}.lock`, whole };
}

/** What is left of a file that was begun before; `undefined` if nobody can go on with it safely. */
export async function readBegun({ part, sidecar }: Place, file: FileEntry): Promise<Begun | undefined> {
  const known = await readSidecar(sidecar);
  if (known?.etag === undefined || known.fid !== file.fid || known.group !== file.groupName) return undefined;
  const found = await lookAt(part);
  const { etag, size = 0 } = known;
  if (found?.kind !== "file" || found.isShared || found.size === 0 || found.size > size) return undefined;
  return { from: found.size, size, etag };
}

/** Writes what is known, before the first byte comes. */
export async function writeSidecar({ sidecar }: Place, known: Sidecar): Promise<void> {
  await createText(sidecar, `${JSON.stringify(known)}\n`);
}

/** The `ETag`, if it says that every byte is the same. */
export function strong(etag: string | null | undefined): string | undefined {
  return /^"[^"]*"$/.test(etag ?? "") ? etag! : undefined;
}

/** Makes the part the file, in one step. `isSynced`: its bytes outlast a crash already. */
export async function complete({ part, sidecar, target }: Place, isSynced: boolean): Promise<void> {
  await completeFile(part, target, isSynced);
  await removeFile(sidecar);
}

/** Makes bytes the file, in one step. Only for one program at a time: a sync. */
export async function writeWhole({ whole, target }: Place, bytes: Uint8Array): Promise<void> {
  try {
    await createFile(whole, bytes, true);
    await completeFile(whole, target, true);
  } catch (error) {
    await removeFile(whole).catch(() => {});
    throw error;
  }
}

/** Removes a part, and what is known of it. The sidecar first: without it nobody goes on with the part. */
export async function dropPart({ part, sidecar }: Pick<Place, "part" | "sidecar">): Promise<void> {
  for (const path of [sidecar, part]) await removeFile(path);
}

/** Removes what killed programs have left of a file that is there. */
export async function sweepLeft(place: Place): Promise<void> {
  if (!(await lookAt(place.sidecar) ?? await lookAt(place.part))) return;
  await sweep(place);
  await removeIfEmpty(place.parts);
}

/** Removes a part, unless a program is at work with it. */
async function sweep(place: Pick<Place, "parts" | "part" | "sidecar" | "lock">): Promise<void> {
  const lock = await tryLock(place.parts, place.lock);
  await (lock && dropPart(place).finally(() => lock.release()));
}

/** The ids, as names have them, of the files of which something has come. */
export async function idsBegun(folder: string): Promise<ReadonlySet<string>> {
  return idsOf(await namesIn(partsIn(folder)));
}

/**
 * Removes the parts that nobody will go on with, unless a program is at work with one.
 *
 * @param isUseless Whether a part is, by the name of its id and by what is known of it.
 */
export async function sweepAll(folder: string, isUseless: (id: string, known?: Sidecar) => boolean): Promise<void> {
  const parts = partsIn(folder);
  const names = await namesIn(parts);
  for (const name of names.filter((name) => WHOLE.test(name))) await removeFile(`${parts}/${name}`);
  for (const id of idsOf(names)) {
    const [part, sidecar] = [`${parts}/${id}.part`, `${parts}/${id}.json`];
    if (isUseless(id, await readSidecar(sidecar))) await sweep({ parts, part, sidecar, lock: `${id}.lock` });
  }
}

/** What a sidecar says; `undefined` if it is missing, torn, or not ours. */
async function readSidecar(path: string): Promise<Sidecar | undefined> {
  try {
    const { fid, group, size, etag, begun } = JSON.parse(await readText(path) ?? "");
    if (![fid, group, begun].every((one) => typeof one === "string")) return undefined;
    const length = Number.isSafeInteger(size) && size >= 0 ? { size } : {};
    return { fid, group, begun, ...length, ...(strong(etag) && length.size !== undefined && { etag }) };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** What a sync leaves that was killed while it wrote a whole. */
const WHOLE = /^[\w-]+\.whole$/;

function idsOf(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.flatMap((name) => /^([\w-]+)\.(?:part|json|lock)$/.exec(name)?.[1] ?? []));
}

function slashless(folder: string): string {
  return folder.replace(/(?<=.)[/\\]+$/, "").replace(/^[/\\]$/, "");
}
