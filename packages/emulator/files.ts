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
 * @returns The file's id.
 * @throws {TypeError} If a member is wrong, or another file has this id.
 */
export function addFile(state: State, file: EmulatorFile): string {
  const { fid = crypto.randomUUID(), fileName, groupName, content } = file;
  if (![fid, fileName, groupName].every(isText)) {
    throw new TypeError("Cannot add the file: fid, fileName and groupName must be non-empty strings");
  }
  if (findFile(state, fid)) throw new TypeError("Cannot add the file: another file has this fid");
  if (typeof content !== "string" && !(content instanceof Uint8Array)) {
    throw new TypeError("Cannot add the file: content must be a string or a Uint8Array");
  }
  if (!state.groups.some(({ name }) => name === groupName)) addGroup(state, { name: groupName });
  state.files.push({
    fileType: "SOURCE",
    fields: {},
    arrivalTime: new Date(state.settings.now()).toISOString().slice(0, 19),
    owner: "emulator",
    ...file,
    fid,
    content: typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content),
  });
  return fid;
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

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
