/** How many calls may wait. */
export type CallQueueLimits = {
  /** In all. */
  readonly waiting: number
  readonly waitingPerClient: number
}

/** Calls that wait, each client's in its own queue; clients take turns. */
export type CallQueue<Call> = {
  /**
   * Puts a call behind its client's others. Returns the call that has to go for it: itself where its client has as many as
   * it may, or where nobody has more; else, where there is no room left, the newest of the client that has most.
   */
  readonly add: (client: string, call: Call) => Call | undefined
  /** Puts a call of the node itself before those of all clients; there is always room. */
  readonly addOwn: (call: Call) => void
  /** Takes the call whose turn it is; nothing where none waits. */
  readonly take: () => Call | undefined
  /** Takes a call out of its turn; returns whether it waited. */
  readonly remove: (call: Call) => boolean
}

/** Returns a queue without calls. */
export function createCallQueue<Call>(limits: CallQueueLimits): CallQueue<Call> {
  const own: Call[] = []
  /** In the order of their turns; none is empty. */
  const clients = new Map<string, Call[]>()
  let waiting = 0

  function put(client: string, calls: Call[]): void {
    if (calls.length === 0) clients.delete(client)
    else clients.set(client, calls)
  }

  return {
    add: (client, call) => {
      const calls = clients.get(client) ?? []
      if (calls.length >= limits.waitingPerClient) return call
      if (waiting < limits.waiting) {
        put(client, [...calls, call])
        waiting += 1
        return undefined
      }
      const [greediest, most] = longestOf(clients)
      if (most.length <= calls.length + 1) return call
      put(client, [...calls, call])
      put(greediest, most.slice(0, -1))
      return most.at(-1)
    },
    addOwn: (call) => {
      own.push(call)
    },
    take: () => {
      const first = own.shift()
      if (first !== undefined) return first
      for (const [client, [call, ...rest]] of clients) {
        clients.delete(client)
        put(client, rest)
        waiting -= 1
        return call
      }
      return undefined
    },
    remove: (call) => {
      const at = own.indexOf(call)
      if (at >= 0) return own.splice(at, 1).length > 0
      for (const [client, calls] of clients) {
        if (!calls.includes(call)) continue
        put(
          client,
          calls.filter((one) => one !== call),
        )
        waiting -= 1
        return true
      }
      return false
    },
  }
}

function longestOf<Call>(clients: ReadonlyMap<string, Call[]>): readonly [string, Call[]] {
  let longest: readonly [string, Call[]] = ['', []]
  for (const entry of clients) if (entry[1].length > longest[1].length) longest = entry
  return longest
}
