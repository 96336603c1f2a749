/**
 * The token app's program for as long as somebody holds the other end of its standard input: however the process that
 * started it ends, this one ends too.
 *
 * @module
 */
import "@xsignals/gateway/main";

await Deno.stdin.readable.pipeTo(new WritableStream());
Deno.exit();
