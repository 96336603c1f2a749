/** What an installation of packages takes. */
export interface Installed {
  /** How many packages there are, those that they depend on too. */
  readonly packages: number;
  /** The bytes of their files. */
  readonly bytes: number;
}

/** What of a package.json says which others are installed with it. */
interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Counts packages in `folder/node_modules`, with all that they depend on. */
export async function measureInstalled(folder: string, names: readonly string[]): Promise<Installed> {
  const found = new Set<string>();
  const pending = names.map((name) => ({ name, from: folder }));
  for (let next = pending.pop(); next; next = pending.pop()) {
    const place = await findPackage(next.name, next.from, folder);
    if (place === undefined || found.has(place)) continue;
    found.add(place);
    const manifest: Manifest = JSON.parse(await Deno.readTextFile(`${place}/package.json`));
    const { dependencies, optionalDependencies, peerDependencies } = manifest;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      pending.push({ name, from: place });
    }
  }
  let bytes = 0;
  for (const place of found) bytes += await bytesIn(place);
  return { packages: found.size, bytes };
}

/** Where `name` is found from a package's folder: beside what that has of its own, else further up; absent if optional. */
async function findPackage(name: string, from: string, top: string): Promise<string | undefined> {
  for (let folder = from; folder.length >= top.length; folder = folder.slice(0, folder.lastIndexOf("/"))) {
    const place = `${folder}/node_modules/${name}`;
    if (await Deno.stat(`${place}/package.json`).then(() => true, () => false)) return place;
  }
}

/** Without the packages inside it, which count for themselves. */
async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory && name !== "node_modules") bytes += await bytesIn(`${folder}/${name}`);
    else if (!isDirectory) bytes += (await Deno.lstat(`${folder}/${name}`)).size;
  }
  return bytes;
}
