/** A JSON schema. */
export type Schema = Readonly<Record<string, unknown>>;

/** Answers by status, as OpenAPI has them; what stands beside a `$ref` is added to what it points to. */
export type Responses = Readonly<Record<string, Reference & ResponseParts>>;

/** What is documented of an answer. */
export interface ResponseParts {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
  readonly headers?: Readonly<Record<string, Reference & Header>>;
}

/** What is documented of a header. */
export interface Header {
  readonly required?: boolean;
  readonly schema?: Schema;
}

/** Points to what stands elsewhere. */
export interface Reference {
  readonly $ref?: string;
}
