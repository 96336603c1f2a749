// What the tests of this folder share: a folder of their own, and what is in it afterwards.
import { createData, type Data, type DataOptions, type FileEntry } from "@xsignals/data";
import { type Emulator, type EmulatorOptions, madeContent } from "@xsignals/emulator";
import { serveEmulator } from "@xsignals/emulator/serve";
import { createSession, login } from "@xsignals/session";
import { emulated } from "../stage_test.ts";

export const GROUP = "Prices";

/** Runs the work with an empty folder, and removes that. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "xsignals-disk-" });
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Files of {@link GROUP}: `f0`, `f1` and so on, each with so many bytes that differ by position. */
export function filesOf(...sizes: number[]) {
  return sizes.map((size, index) => ({
    fid: `f${index}`,
    fileName: "prices.csv",
    groupName: GROUP,
    content: madeContent(size),
    arrivalTime: `2024-03-01T12:00:${String(index).padStart(2, "0")}`,
  }));
}

/** `data` over an emulator that has one file, its entry, and what its bytes are to be. */
export async function withFile(size: number, emulation: EmulatorOptions = {}, options: DataOptions = {}) {
  const stage = emulated({ files: filesOf(size), ...emulation }, options);
  const file: FileEntry = await stage.data.file("f0");
  return { ...stage, file, bytes: bytesOf(size) };
}

/** The same over real connections, whose bodies go to the disk without a detour through JavaScript. */
export async function withServedFile(size: number, work: (stage: ServedStage) => Promise<void>, assumptions = {}) {
  const { emulator, api, stop } = await serveEmulator({ files: filesOf(size), assumptions });
  try {
    const data = createData(
      createSession({ strategy: login({ username: "login", password: "password" }), baseUrl: api }),
      {
        random: () => 0,
      },
    );
    await work({ data, emulator, file: await data.file("f0"), bytes: bytesOf(size) });
  } finally {
    await stop();
  }
}

interface ServedStage {
  readonly data: Data;
  readonly emulator: Emulator;
  readonly file: FileEntry;
  readonly bytes: Uint8Array;
}

/** The bytes of a file with so many. */
export function bytesOf(size: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(size / 4) * 4);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < size; at += 4) view.setUint32(at, at / 4, true);
  return bytes.subarray(0, size);
}

/** The paths in a folder, without those of folders, in order. */
export async function pathsIn(folder: string, at = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    found.push(...isDirectory ? await pathsIn(`${folder}/${name}`, `${at}${name}/`) : [`${at}${name}`]);
  }
  return found.sort();
}

/** Resolves when something is so: work that no promise tells of. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 1));
}
