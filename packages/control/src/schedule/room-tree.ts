import {
  dimensionNames,
  hasRoom,
  largestResources,
  noResources,
  type Resources,
} from '@nexqloud/rules'

/** Where there is room in a row of devices. */
export type RoomTree = {
  /** Returns the first place from `from` on that has enough of everything asked. */
  readonly next: (from: number, asked: Resources) => number | undefined
  readonly set: (place: number, room: Resources) => void
}

/** Returns a tree over rooms, each node of which has the largest room below it: a search skips what is too small as a whole. */
export function createRoomTree(rooms: readonly Resources[]): RoomTree {
  const width = 2 ** Math.ceil(Math.log2(Math.max(1, rooms.length)))
  const largest: Resources[] = Array.from(
    { length: 2 * width },
    (_, node) => rooms[node - width] ?? noResources,
  )
  const at = (node: number): Resources => largest[node] ?? noResources
  /** Whether that has changed anything: where it has not, nothing above does. */
  const climb = (node: number): boolean => {
    const [before, after] = [at(node), largestResources(at(2 * node), at(2 * node + 1))]
    largest[node] = after
    return dimensionNames.some((name) => before[name] !== after[name])
  }
  for (let node = width - 1; node > 0; node -= 1) climb(node)

  return {
    next: (from, asked) => {
      if (from >= rooms.length) return undefined
      let node = width + from
      while (node > 0) {
        const isRoomy = hasRoom(at(node), asked)
        if (isRoomy && node >= width) break
        node = isRoomy ? 2 * node : nextSubtree(node)
      }
      const place = node - width
      return place >= 0 && place < rooms.length ? place : undefined
    },
    set: (place, room) => {
      largest[width + place] = room
      for (let node = (width + place) >> 1; node > 0 && climb(node); node >>= 1);
    },
  }
}

/** Returns the subtree to the right of this one; 0 after the last. */
function nextSubtree(node: number): number {
  let top = node
  while (top % 2 === 1) top >>= 1
  return top === 0 ? 0 : top + 1
}
