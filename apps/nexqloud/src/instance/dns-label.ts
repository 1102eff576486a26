/** A label of a host name, as RFC 1123 has it: the names of instances and namespaces are parts of one. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
/** Characters. */
const MOST = 63

/** Whether a text may name an instance or a namespace. */
export function isDnsLabel(text: string): boolean {
  return LABEL.test(text)
}

/** Returns the label that is nearest to a text, e.g. `my-app` for `My_App`; nothing where none is left. */
export function toDnsLabel(text: string): string | undefined {
  const label = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, MOST)
    .replaceAll(/^-+|-+$/g, '')
  return label === '' ? undefined : label
}

/** Returns a name with a number behind it, within what a label may be long. */
export function numberLabel(label: string, number: number): string {
  if (number === 1) return label
  const suffix = `-${number}`
  return `${label.slice(0, MOST - suffix.length).replace(/-+$/, '')}${suffix}`
}
