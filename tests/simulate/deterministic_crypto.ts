import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

/** Salts are drawn one by one from the same list in every run, so that a slow fingerprint need not be computed again. */
const SALT_BYTES = 16;

/** Fingerprints of passwords that were computed before; a pure function of what names them. */
const derived = new Map<string, Uint8Array>();

/**
 * Makes `crypto` answer at once and draw the same numbers after each call of this, until it is disposed of.
 *
 * The algorithms are the real ones, as Node has them. `crypto.subtle` computes outside the event loop and answers in
 * another order each time: a run could not be repeated.
 */
export function deterministicCrypto(): Disposable {
  const { subtle } = crypto;
  const importKey = subtle.importKey.bind(subtle);
  const secrets = new WeakMap<CryptoKey, Uint8Array>();
  let [salts, others] = [0, 0];

  const hmac = (key: CryptoKey, data: BufferSource) =>
    createHmac("sha256", secrets.get(key)!).update(viewOf(data)).digest();
  const changes: [target: object, Readonly<Record<string, unknown>>][] = [
    [crypto, {
      getRandomValues(array: Uint8Array) {
        const number = array.byteLength === SALT_BYTES ? `salt ${salts++}` : `text ${others++}`;
        array.set(createHash("sha512").update(number).digest().subarray(0, array.byteLength));
        return array;
      },
    }],
    [subtle, {
      digest: (_algorithm: "SHA-256", data: BufferSource) =>
        Promise.resolve(createHash("sha256").update(viewOf(data)).digest()),
      async importKey(...args: Parameters<SubtleCrypto["importKey"]>) {
        const key = await importKey(...args);
        secrets.set(key, viewOf(args[1] as BufferSource).slice());
        return key;
      },
      sign: (_algorithm: unknown, key: CryptoKey, data: BufferSource) => Promise.resolve(hmac(key, data)),
      verify: (_algorithm: unknown, key: CryptoKey, signature: BufferSource, data: BufferSource) =>
        Promise.resolve(hmac(key, data).equals(viewOf(signature))),
      deriveBits({ salt, iterations }: Pbkdf2Params, key: CryptoKey, bits: number) {
        const secret = secrets.get(key)!;
        const name = [secret.join(), viewOf(salt).join(), iterations, bits].join(";");
        const result = derived.get(name) ?? pbkdf2Sync(secret, viewOf(salt), iterations, bits / 8, "sha256");
        derived.set(name, result);
        return Promise.resolve(result);
      },
    }],
  ];
  for (const [target, methods] of changes) {
    for (const [name, value] of Object.entries(methods)) {
      Object.defineProperty(target, name, { value, configurable: true, writable: true });
    }
  }
  return {
    [Symbol.dispose]() {
      for (const [target, methods] of changes) {
        for (const name of Object.keys(methods)) Reflect.deleteProperty(target, name); // the prototype's is there again
      }
    },
  };
}

function viewOf(data: BufferSource): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
