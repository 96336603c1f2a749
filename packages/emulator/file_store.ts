import type { EmulatorFile, EmulatorGroup } from "./options.ts";

/** A file group with every member in place. */
export interface StoredGroup extends Required<EmulatorGroup> {
  readonly groupId: number;
}

/** A file with every member in place. */
export interface StoredFile extends Required<Omit<EmulatorFile, "content">> {
  readonly content: Uint8Array<ArrayBuffer>;
}

/** The groups and files that the API offers. */
export interface FileStore {
  readonly groups: readonly StoredGroup[];
  readonly files: readonly StoredFile[];
  find(fid: string): StoredFile | undefined;
  /** Whether there was such a file before. */
  removed(fid: string): boolean;
  /** Adds a file and returns its id. */
  add(file: EmulatorFile): string;
  remove(fid: string): boolean;
}

/** Keeps groups and files, in the order in which they came. */
export function createFileStore(
  groups: readonly EmulatorGroup[],
  files: readonly EmulatorFile[],
  now: () => number,
): FileStore {
  const storedGroups: StoredGroup[] = [];
  const storedFiles: StoredFile[] = [];
  const removed = new Set<string>();
  for (const group of groups) addGroup(group);
  for (const file of files) add(file);

  function addGroup(group: EmulatorGroup): void {
    if (!isText(group.name)) throw new TypeError("Cannot keep the file group: it has no name");
    storedGroups.push({
      description: "",
      access: "R",
      fields: [],
      symbols: false,
      createTime: Date.UTC(2018, 0, 1),
      ...group,
      groupId: storedGroups.length + 1,
    });
  }

  function find(fid: string): StoredFile | undefined {
    return storedFiles.find((file) => file.fid === fid);
  }

  function add(file: EmulatorFile): string {
    const { fid = crypto.randomUUID(), fileName, groupName, content } = file;
    if (![fid, fileName, groupName].every(isText)) throw new TypeError("Cannot keep the file: it has no name or group");
    if (find(fid)) throw new TypeError("Cannot keep the file: there is one with this id");
    if (typeof content !== "string" && !(content instanceof Uint8Array)) {
      throw new TypeError("Cannot keep the file: its content is neither text nor bytes");
    }
    if (!storedGroups.some(({ name }) => name === groupName)) addGroup({ name: groupName });
    storedFiles.push({
      fileType: "SOURCE",
      fields: {},
      arrivalTime: new Date(now()).toISOString().slice(0, 19),
      owner: "emulator",
      ...file,
      fid,
      content: typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content),
    });
    return fid;
  }

  return {
    groups: storedGroups,
    files: storedFiles,
    find,
    add,
    removed: (fid) => removed.has(fid),
    remove(fid) {
      const index = storedFiles.findIndex((file) => file.fid === fid);
      if (index < 0) return false;
      storedFiles.splice(index, 1);
      removed.add(fid);
      return true;
    },
  };
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
