/**
 * Thousands of random histories of a list that moves while it is read.
 *
 *   deno task simulate:files [--histories 2000] [--seed 1]
 *
 * Exits with 1 if `files` or `arrivals` missed a file or gave one twice, needed more requests in peace than there are pages, or
 * if the usual loop, which does both, was not caught.
 */
import { parseArgs } from "node:util";
import { byArrivals, byFiles, byUsualLoop, play, playInPeace } from "./histories.ts";

const number = { type: "string" } as const;
const { values } = parseArgs({ options: { histories: number, seed: number } });
const histories = Number(values.histories ?? 2_000);
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000_000));
const files = await play(histories, seed, byFiles);
const arrivals = await play(histories, seed, byArrivals);
const usual = await play(histories, seed, byUsualLoop);
const peace = await playInPeace(Math.ceil(histories / 100), seed);
console.table({ files, arrivals, "the usual loop": usual });
console.log(`in peace: ${peace.requests} requests for ${peace.pages} pages, seed ${seed}`);
const isBroken = [files, arrivals].some(({ missed, twice, unstable }) => missed + twice + unstable > 0);
Deno.exit(isBroken || peace.requests !== peace.pages || usual.missed * usual.twice === 0 ? 1 : 0);
