/** What stands at a path: known text, bytes, or what is found out when it is asked for, which may be nothing. */
export type MetadataLeaf =
  | string
  | Uint8Array
  | (() => string | undefined | Promise<string | undefined>)

/** What has other things in it. */
export type MetadataFolder = {
  /** In the order in which they are listed. */
  readonly entries: ReadonlyMap<string, MetadataNode>
  /** How they are listed: a folder with a slash behind it, where it is left out. */
  readonly tellName?: (name: string) => string
}

export type MetadataNode = MetadataLeaf | MetadataFolder

/** Returns a folder of those that are there. */
export function createFolder(
  entries: Readonly<Record<string, MetadataNode | undefined>>,
  tellName?: (name: string) => string,
): MetadataFolder {
  const there = Object.entries(entries).filter(
    (entry): entry is [string, MetadataNode] => entry[1] !== undefined,
  )
  return { entries: new Map(there), ...(tellName !== undefined && { tellName }) }
}

/** Whether a node has others in it. */
export function isFolder(node: MetadataNode): node is MetadataFolder {
  return typeof node === 'object' && !(node instanceof Uint8Array)
}

/** Returns what stands at a path below a folder; nothing where that is not there. */
export function findNode(
  folder: MetadataFolder,
  path: readonly string[],
): MetadataNode | undefined {
  let node: MetadataNode | undefined = folder
  for (const name of path) {
    if (node === undefined || !isFolder(node)) return undefined
    node = node.entries.get(name)
  }
  return node
}

/** Returns the names that are in a folder, one a line, as EC2 lists them. */
export function listFolder({ entries, tellName }: MetadataFolder): string {
  const tell = ([name, node]: readonly [string, MetadataNode]): string =>
    tellName?.(name) ?? (isFolder(node) ? `${name}/` : name)
  return [...entries].map(tell).join('\n')
}
