/** What a link that was asked for is worth. */
export type LinkCheck = "ok" | "unsigned" | "tampered" | "expired";

/** Makes and checks presigned links, with a secret of its own. */
export interface SignedLinks {
  /** A link to a key of the file host that saves as `fileName`. */
  sign(key: string, fileName: string): Promise<string>;
  /** Checks the query of a link: whether it is signed, by us, for this path, and not too old. */
  check(link: URL): Promise<LinkCheck>;
}

const SIGNATURE = "X-Amz-Signature";

/** Links to `origin` that work for `lifetime` milliseconds. Shaped as S3's; the signature itself is simpler. */
export function createSignedLinks(origin: string, lifetime: number, now: () => number): SignedLinks {
  const secret = crypto.getRandomValues(new Uint8Array(32));
  let key: Promise<CryptoKey> | undefined;

  function hmacKey(): Promise<CryptoKey> {
    return key ??= crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
  }

  return {
    async sign(fileKey, fileName) {
      const link = new URL(`/${encodeURIComponent(fileKey)}`, origin);
      const time = new Date(now()).toISOString().replaceAll(/[-:]|\.\d+/g, "");
      const query = {
        "response-content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`,
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": `EMULATOR/${time.slice(0, 8)}/us-east-1/s3/aws4_request`,
        "X-Amz-Date": time,
        "X-Amz-Expires": String(lifetime / 1000),
        "X-Amz-SignedHeaders": "host",
      };
      for (const [name, value] of Object.entries(query)) link.searchParams.append(name, value);
      const signature = await crypto.subtle.sign("HMAC", await hmacKey(), signed(link));
      link.searchParams.append(SIGNATURE, hex(new Uint8Array(signature)));
      return link.href;
    },
    async check(link) {
      const signature = link.searchParams.get(SIGNATURE);
      if (signature === null) return "unsigned";
      const bare = new URL(link);
      bare.searchParams.delete(SIGNATURE);
      const good = await crypto.subtle.verify("HMAC", await hmacKey(), bytes(signature), signed(bare));
      if (!good) return "tampered";
      return now() < endOf(link) ? "ok" : "expired";
    },
  };
}

/** What is signed: the path and the query, in the order of the link. The host is not: a program has several names. */
function signed(link: URL): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`GET\n${link.pathname}\n${link.searchParams}`);
}

function endOf(link: URL): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(link.searchParams.get("X-Amz-Date") ?? "")?.map(Number) ?? [];
  const start = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
  return start + Number(link.searchParams.get("X-Amz-Expires")) * 1000;
}

function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  const pairs = text.match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => /^[0-9a-f]{2}$/.test(pair) ? parseInt(pair, 16) : 0);
}
