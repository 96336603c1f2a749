import { type Content, readContent } from "./content.ts";
import type { EmulatorFile, EmulatorGroup } from "./options.ts";
import type { State, StoredFile } from "./state.ts";

/**
 * Adds a file group.
 *
 * @throws {TypeError} If it has no name.
 */
export function addGroup({ groups }: State, group: EmulatorGroup): void {
  if (!isText(group.name)) throw new TypeError("Cannot add the file group: its name is missing");
  groups.push({
    description: "",
    access: "R",
    fields: [],
    symbols: false,
    createTime: Date.UTC(2018, 0, 1),
    ...group,
    groupId: groups.length + 1,
  });
}

/**
 * Adds a file, and its group if that does not exist.
 *
 * @param storedAt When it comes to the server; now when absent.
 * @returns The file's id.
 * @throws {TypeError} If a member is wrong, or another file has this id.
 */
export function addFile(state: State, file: EmulatorFile, storedAt = state.settings.now()): string {
  const now = state.settings.now();
  const { fid = crypto.randomUUID(), arrivalTime = new Date(now).toISOString().slice(0, 19) } = file;
  if (findFile(state, fid)) throw new TypeError("Cannot add the file: another file has this fid");
  const arrivedAt = Date.parse(`${arrivalTime}Z`);
  store(state, "add", {
    fileType: "SOURCE",
    fields: {},
    owner: "emulator",
    ...file,
    fid,
    arrivalTime,
    content: contentOf(file.content, "add"),
    version: 0,
    storedAt,
    modifiedAt: arrivedAt < now ? arrivedAt : now,
  });
  return fid;
}

/**
 * Changes members of a file under its id.
 *
 * @throws {TypeError} If no file has the id, or a member is wrong.
 */
export function changeFile(state: State, fid: string, change: Partial<Omit<EmulatorFile, "fid">>): void {
  const file = findFile(state, fid);
  if (!file) throw new TypeError("Cannot change the file: no file has this fid");
  const version = file.version + 1;
  const { content, ...others } = Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== undefined),
  ) as typeof change;
  store(state, "change", {
    ...file,
    ...others,
    fid,
    version,
    ...(content === undefined
      ? {}
      : { content: contentOf(content, "change", version), modifiedAt: state.settings.now() }),
  });
}

/** Whether lists have a file: some assume that it takes a while. */
export function isListed({ settings: { assumptions, now } }: State, { storedAt }: StoredFile): boolean {
  return now() >= storedAt + assumptions.visibleAfter * 1000;
}

/** The file with an id. */
export function findFile({ files }: State, fid: string): StoredFile | undefined {
  return files.find((file) => file.fid === fid);
}

/** Removes a file. Returns whether it existed. */
export function removeFile({ files, removedFiles }: State, fid: string): boolean {
  const index = files.findIndex((file) => file.fid === fid);
  if (index < 0) return false;
  files.splice(index, 1);
  removedFiles.add(fid);
  return true;
}

/** Puts a file in the place of the one with its id, or behind the others; adds its group if that does not exist. */
function store(state: State, verb: string, file: StoredFile): void {
  if (![file.fid, file.fileName, file.groupName].every(isText)) {
    throw new TypeError(`Cannot ${verb} the file: fid, fileName and groupName must be non-empty strings`);
  }
  if (!state.groups.some(({ name }) => name === file.groupName)) addGroup(state, { name: file.groupName });
  const at = state.files.findIndex(({ fid }) => fid === file.fid);
  state.files.splice(at < 0 ? state.files.length : at, 1, file);
}

function contentOf(given: EmulatorFile["content"], verb: string, version?: number): Content {
  const content = readContent(given, version);
  if (content) return content;
  throw new TypeError(`Cannot ${verb} the file: content must be a string or a Uint8Array, or have size and chunk`);
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
