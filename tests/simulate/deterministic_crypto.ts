import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from "node:crypto";

/** What `crypto.subtle` takes as bytes. */
type Bytes = ArrayBuffer | ArrayBufferView;

/** Salts are drawn one by one from the same list in every run, so that a slow fingerprint need not be computed again. */
const SALT_BYTES = 16;

/** Fingerprints of passwords that were computed before; a pure function of what names them. */
const derived = new Map<string, ArrayBuffer>();

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
  let salts = 0;
  let others = 0;

  function secretOf(key: CryptoKey): Uint8Array {
    const secret = secrets.get(key);
    if (!secret) throw new TypeError("Cannot use the key: it was imported before the simulation began");
    return secret;
  }

  function hmac(key: CryptoKey, data: Bytes): ArrayBuffer {
    return ownBuffer(createHmac("sha256", secretOf(key)).update(viewOf(data)).digest());
  }

  return replaced([
    [crypto, "getRandomValues", (array: Uint8Array) => {
      const number = array.byteLength === SALT_BYTES ? `salt ${salts++}` : `text ${others++}`;
      array.set(createHash("sha512").update(number).digest().subarray(0, array.byteLength));
      return array;
    }],
    [subtle, "digest", (_algorithm: "SHA-256", data: Bytes) => {
      return Promise.resolve(ownBuffer(createHash("sha256").update(viewOf(data)).digest()));
    }],
    [subtle, "importKey", async (...args: Parameters<SubtleCrypto["importKey"]>) => {
      const key = await importKey(...args);
      secrets.set(key, viewOf(args[1] as Bytes).slice());
      return key;
    }],
    [subtle, "sign", (_algorithm: unknown, key: CryptoKey, data: Bytes) => Promise.resolve(hmac(key, data))],
    [subtle, "verify", (_algorithm: unknown, key: CryptoKey, signature: Bytes, data: Bytes) => {
      const [given, right] = [viewOf(signature), new Uint8Array(hmac(key, data))];
      return Promise.resolve(given.length === right.length && timingSafeEqual(given, right));
    }],
    [
      subtle,
      "deriveBits",
      ({ salt, iterations }: { salt: Bytes; iterations: number }, key: CryptoKey, bits: number) => {
        const secret = secretOf(key);
        const name = [secret, viewOf(salt)].map((part) => part.join()).concat(`${iterations} ${bits}`).join(";");
        let result = derived.get(name);
        if (!result) {
          derived.set(name, result = ownBuffer(pbkdf2Sync(secret, viewOf(salt), iterations, bits / 8, "sha256")));
        }
        return Promise.resolve(result);
      },
    ],
  ]);
}

function replaced(changes: readonly [target: object, name: string, value: unknown][]): Disposable {
  for (const [target, name, value] of changes) {
    Object.defineProperty(target, name, { value, configurable: true, writable: true });
  }
  return {
    [Symbol.dispose]() {
      for (const [target, name] of changes) Reflect.deleteProperty(target, name); // the prototype's is there again
    },
  };
}

function viewOf(data: Bytes): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
