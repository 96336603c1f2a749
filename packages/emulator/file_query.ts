import type { StoredFile, StoredGroup } from "./file_store.ts";

/**
 * Whether files fit a `query` of the file search: conditions such as `groupName=A` joined by `&`, all of which must
 * hold. The keys are those of the vendor's SDK; any other key is taken for the name of a metadata field. A condition
 * without `=` is looked for in names and metadata. `*` stands for anything.
 */
export function fitsFile(query: string, file: StoredFile): boolean {
  return query.split("&").filter((condition) => condition !== "").every((condition) => {
    const [key, value] = split(condition);
    if (key === undefined) return [file.fileName, file.groupName, ...values(file)].some((one) => contains(one, value));
    switch (key) {
      case "name":
        return like(value, file.fileName);
      case "groupName":
        return like(value, file.groupName);
      case "type":
        return like(value, file.fileType);
      case "uuid":
        return value === file.fid;
    }
    const name = key.replace(/^fields\./, "");
    return Object.hasOwn(file.fields, name) && like(value, String(file.fields[name]));
  });
}

/** Whether a group fits a `query` of the group list: `name=A`, or a value in its name, description or fields. */
export function fitsGroup(query: string, group: StoredGroup): boolean {
  const [key, value] = split(query);
  if (key === "name") return like(value, group.name);
  const texts = [group.name, group.description, ...group.fields.map(({ name }) => name)];
  return texts.some((text) => contains(text, query));
}

function split(condition: string): [key: string | undefined, value: string] {
  const at = condition.indexOf("=");
  return at < 0 ? [undefined, condition] : [condition.slice(0, at), condition.slice(at + 1)];
}

function values(file: StoredFile): string[] {
  return Object.values(file.fields).map(String);
}

function contains(text: string, part: string): boolean {
  return like(`*${part.toLowerCase()}*`, text.toLowerCase());
}

/** Whether a text is the pattern, where `*` stands for any characters. Linear in the text's length. */
function like(pattern: string, text: string): boolean {
  const parts = pattern.split("*");
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (parts.length === 1) return text === pattern;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}
