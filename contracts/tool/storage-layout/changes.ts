import type { Layout, Section } from './layout.ts'

/** What differs between two layouts, a line for each; empty when nothing does. */
export function layoutChanges(recorded: Layout, present: Layout): string[] {
  return [
    ...compareSections('contract', recorded.contracts, present.contracts),
    ...compareSections('struct', recorded.structs, present.structs),
    ...compareSections('enum', recorded.enums, present.enums),
  ]
}

function compareSections(what: string, recorded: Section, present: Section): string[] {
  return names(recorded, present).flatMap((name) => {
    const [before, now] = [recorded[name], present[name]]
    if (before === undefined) return [`${what} ${name} is new`]
    if (now === undefined) return [`${what} ${name} is gone`]
    return names(before, now)
      .filter((part) => before[part] !== now[part])
      .map(
        (part) =>
          `${what} ${name}: ${part}: ${before[part] ?? 'nothing'} → ${now[part] ?? 'nothing'}`,
      )
  })
}

function names(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
}
