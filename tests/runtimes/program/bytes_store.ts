import type { Store } from "@xsignals/session";
import { sharedStore } from "@xsignals/session/shared";

/** A store in memory that can begin with a record from elsewhere, and shows every record that was written. */
export function bytesStore(data: Uint8Array | null = null): Store & { readonly written: readonly Uint8Array[] } {
  const written: Uint8Array[] = [];
  let version = 1;
  let current = data;
  const store = sharedStore({
    async read() {
      await Promise.resolve();
      return current && { data: current, version: String(version) };
    },
    async write(next, ifVersion) {
      await Promise.resolve();
      if (ifVersion !== (current ? String(version) : null)) return false;
      current = next;
      if (next) written.push(next);
      return String(++version);
    },
  });
  return { ...store, written };
}

/** The bytes as base64; not every runtime has a method for it. */
export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** The bytes that base64 says. */
export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
