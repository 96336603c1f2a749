/**
 * Prints 32 random bytes, for `TOKEN_SIGNING_KEY` or `TOKEN_STORE_KEYS`: `deno task token:key`.
 *
 * @module
 */
import { randomBytes } from "node:crypto";

if (import.meta.main) console.log(randomBytes(32).toString("base64url"));
