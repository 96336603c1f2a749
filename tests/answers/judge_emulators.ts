/**
 * Makes every emulator of this process one whose answers are judged, however it is imported.
 *
 * Modules that are loaded later get `judged_emulator.ts` where they import the emulator's `emulator.ts`. So the emulator
 * itself has nothing for tests but its option `onResponse`, and no test can forget to pass it.
 */
import { registerHooks } from "node:module";

const PACKAGE = import.meta.resolve("@xsignals/emulator");
const EMULATOR = new URL("emulator.ts", PACKAGE).href;
const JUDGED = import.meta.resolve("./judged_emulator.ts");

/** The package as `judged_emulator.ts` imports it: the query makes it a module of its own, which is left as it is. */
const UNJUDGED = `${PACKAGE}?unjudged`;

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    if (context.parentURL === JUDGED && found.url === PACKAGE) return { ...found, url: UNJUDGED };
    return found.url === EMULATOR && context.parentURL !== UNJUDGED ? { ...found, url: JUDGED } : found;
  },
});
