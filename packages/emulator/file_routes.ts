import type { Assumptions } from "./assumptions.ts";
import { authenticate } from "./credentials.ts";
import { ErrorAnswer } from "./error_answer.ts";
import { etagOf, signLink } from "./file_host.ts";
import { findFile, isListed } from "./files.ts";
import type { Route } from "./host.ts";
import { fitsFile, fitsGroup, readFlag, readPage } from "./listing.ts";
import type { OperationId } from "./operations.ts";
import { deliver } from "./ranges.ts";
import type { State, StoredFile, StoredGroup } from "./state.ts";

/** The size that a file's entry tells. */
const SIZES: Readonly<Record<Assumptions["fileSize"], (size: number) => number | undefined>> = {
  exact: (size) => size,
  zero: () => 0,
  missing: () => undefined,
  wrong: (size) => size + 1,
};

/** The operations under `/file/`. */
export function fileRoutes(state: State): Partial<Record<OperationId, Route>> {
  const { groups, files, removedFiles, settings: { assumptions } } = state;

  function find(fid = ""): StoredFile {
    const file = findFile(state, fid);
    if (file) return file;
    throw removedFiles.has(fid)
      ? new ErrorAnswer(410, "The file was removed")
      : new ErrorAnswer(404, "There is no such file");
  }

  return {
    async listFileGroups({ req: { raw } }) {
      await authenticate(state, raw);
      const query = new URL(raw.url).searchParams;
      const writeOnly = readFlag(query, "writeOnly");
      const withSymbol = readFlag(query, "withSymbol");
      const found = groups.filter((group) =>
        (!writeOnly || group.access.includes("W")) && (!withSymbol || group.symbols) &&
        fitsGroup(query.get("query") ?? "", group)
      );
      const { from, totalSize, entries } = readPage(state, query, found, {
        createdOn: ({ createTime }) => createTime,
        name: ({ name }) => name,
      });
      return Response.json({ from, totalSize, items: entries.map(groupEntry) });
    },
    async getFileGroup({ req }) {
      await authenticate(state, req.raw);
      const group = groups.find(({ name }) => name === req.param("name"));
      if (!group) throw new ErrorAnswer(404, "There is no such file group");
      const { name, description, fields } = group;
      return Response.json({ name, description, fields });
    },
    async searchFiles({ req: { raw } }) {
      await authenticate(state, raw);
      const query = new URL(raw.url).searchParams;
      const found = files.filter((file) =>
        isListed(state, file) && fitsFile(query.get("query") ?? "", file, assumptions.queryMatch)
      );
      const { from, totalSize, entries } = readPage(state, query, found, {
        arrivalTime: ({ arrivalTime }) => arrivalTime,
        fileName: ({ fileName }) => fileName,
        size: ({ content }) => content.size,
      });
      return Response.json({ from, totalSize, [assumptions.fileList]: entries.map(fileEntry) });
    },
    async getFile({ req }) {
      await authenticate(state, req.raw);
      const file = find(req.param("fileId"));
      const location = await signLink(state, file);
      return Response.json(fileEntry(file), { status: assumptions.fileLink, headers: { location } });
    },
    async downloadFile({ req }) {
      await authenticate(state, req.raw);
      const file = find(req.param("fileId"));
      if (assumptions.downloadBy === "redirect") {
        return new Response(null, { status: 307, headers: { location: await signLink(state, file) } });
      }
      return deliver(req.raw, file.content, {
        etag: await etagOf(state, file),
        modifiedAt: file.modifiedAt,
        ranges: ["api", "both"].includes(assumptions.ranges),
        headers: {
          "content-type": file.fileType === "NCSV" ? "text/csv; charset=utf-8" : "application/octet-stream",
        },
      });
    },
  };

  function fileEntry({ fileName, fileType, groupName, fid, fields, arrivalTime, owner, content }: StoredFile) {
    const size = SIZES[assumptions.fileSize](content.size);
    return { fileName, fileType, groupName, fid, fields, arrivalTime, owner, ...(size === undefined ? {} : { size }) };
  }
}

function groupEntry({ name, description, access, fields, groupId, createTime }: StoredGroup): Record<string, unknown> {
  return { access, shared: access.includes("S"), name, description, fields, groupId, type: "DATA", createTime };
}
