import { runCommand } from "./command.ts";
import type { PACKAGES } from "./packages.ts";

/** A package as npm takes it. */
export interface Packed {
  /** Such as `@xsignals/client`. */
  readonly name: string;
  readonly tarball: string;
}

/** Packs one of the published packages into a directory. */
export async function pack(name: typeof PACKAGES[number], into: string): Promise<Packed> {
  const tarball = `${into}/${name}.tgz`;
  await runCommand([Deno.execPath(), "pack", "--quiet", "--allow-dirty", "--no-source-maps", "--output", tarball], {
    cwd: new URL(`../../packages/${name}`, import.meta.url).pathname,
  });
  return { name: `@xsignals/${name}`, tarball };
}
