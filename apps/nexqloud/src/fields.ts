import type { Printer } from './printer.ts'

/** A label and what stands beside it. */
export type Field = readonly [label: string, value: string]

/** What a command found out, for programs and for people. */
export type Result = {
  /** Printed as JSON; amounts of wei, as any bigint, become decimal text. */
  readonly document: unknown
  readonly lines: readonly string[]
}

/** Prints a result the way it was asked for. */
export function printResult(
  { document, lines }: Result,
  { printer, json = false }: { readonly printer: Printer; readonly json?: boolean | undefined },
): void {
  if (json) printer.line(toJson(document))
  else lines.forEach((text) => printer.line(text))
}

/** Returns one line for each field, values below each other. */
export function formatFields(fields: readonly Field[]): readonly string[] {
  const width = Math.max(...fields.map(([label]) => label.length))
  return fields.map(([label, value]) => `${label.padEnd(width)}  ${value}`)
}

/** Returns the rows with columns below each other. */
export function formatTable(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<readonly number[]>(
    (known, row) => row.map((cell, index) => Math.max(known[index] ?? 0, cell.length)),
    [],
  )
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** Returns JSON on one line. */
function toJson(document: unknown): string {
  return JSON.stringify(document, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
}
