import type { EmulatorFile, MadeContent } from "./options.ts";

/** The largest piece in which content is sent, in bytes. */
const PIECE = 65_536;

/** The content of a file, held or made. */
export interface Content extends MadeContent {
  /** Tells versions of the content apart: the inner part of an `ETag`. */
  tag(): Promise<string>;
}

/**
 * Makes content of any size without holding it: 32-bit numbers, little-endian, each its own index from 0, modulo 2^32.
 *
 * Use it for files that are too large for memory: a client can check any part by its position. Do not use it where the
 * content has to be text.
 *
 * @param size How many bytes it has.
 * @returns The content, for {@link EmulatorFile.content}; `chunk` also tells which bytes belong to a position.
 * @throws {TypeError} If the size is not a whole number from 0.
 *
 * @example
 * ```ts
 * import { createEmulator, madeContent } from "@xsignals/emulator";
 * import { assertEquals } from "@std/assert";
 *
 * const content = madeContent(10 * 2 ** 30);
 * createEmulator({ files: [{ fileName: "large.bin", groupName: "Large", content }] });
 * assertEquals(content.chunk(1020).slice(0, 8), Uint8Array.of(255, 0, 0, 0, 0, 1, 0, 0));
 * ```
 */
export function madeContent(size: number): MadeContent {
  if (!isSize(size)) throw new TypeError("Cannot make content: size must be a whole number from 0");
  return {
    size,
    chunk(offset) {
      const first = Math.floor(offset / 4);
      const numbers = new DataView(new ArrayBuffer(PIECE));
      for (let at = 0; at < PIECE / 4; at++) numbers.setUint32(at * 4, first + at, true);
      return new Uint8Array(numbers.buffer).subarray(offset % 4, Math.max(offset % 4, offset % 4 + size - offset));
    },
  };
}

/** Content as a file has it; `undefined` if it is neither text, bytes nor {@link MadeContent}. */
export function readContent(given: EmulatorFile["content"], version = 0): Content | undefined {
  if (typeof given === "string") return held(new TextEncoder().encode(given));
  if (given instanceof Uint8Array) return held(new Uint8Array(given));
  if (!isSize(given?.size) || typeof given.chunk !== "function") return undefined;
  const { size } = given;
  const chunk = (offset: number) => given.chunk(offset);
  // Nobody can read all of it for a hash: two versions with the same begin and end must differ nevertheless.
  const sample = () => size === 0 ? [] : [chunk(0), chunk(size - 1)];
  return { size, chunk, tag: once(async () => `${await digest([...sample(), `${size}`])}-${version + 1}`) };
}

/** The bytes from `start` to before `end`, made or copied as they are read. */
export function streamContent(content: Content, start: number, end: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = start;
  return new ReadableStream({
    pull(controller) {
      if (at < end) {
        const piece = content.chunk(at).slice(0, Math.min(PIECE, end - at));
        if (piece.length === 0) throw new TypeError("Cannot make the content: chunk() gave no byte before the end");
        at += piece.length;
        controller.enqueue(piece);
      }
      if (at === end) controller.close();
    },
  }, { highWaterMark: 0 });
}

function held(bytes: Uint8Array<ArrayBuffer>): Content {
  return {
    size: bytes.length,
    chunk: (offset) => bytes.subarray(offset, offset + PIECE),
    tag: once(() => digest([bytes])),
  };
}

/** The first half of a SHA-256 in hexadecimal digits: as long as the MD5 that S3 has in its place. */
async function digest(parts: (Uint8Array | string)[]): Promise<string> {
  const bytes = await new Blob(parts as BlobPart[]).arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes), 0, 16);
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => made ??= make();
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
