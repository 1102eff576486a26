/** Paths of EC2's are some hundred characters long; names of roles and tags have 128 at most. */
const MOST_PATH = 1024

/** Returns the names along a path; nothing where it is no path that could be there. Slashes at its end, or twice, say nothing. */
export function parseMetadataPath(target: string): readonly string[] | undefined {
  const [path = ''] = target.split('?', 1)
  if (!path.startsWith('/') || path.length > MOST_PATH) return undefined
  try {
    return path
      .split('/')
      .filter((name) => name !== '')
      .map((name) => decodeURIComponent(name))
  } catch {
    return undefined
  }
}
