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
  let served: string | undefined

  /** Nobody is served twice while another one waits, even one that has come since. */
  function nextClient(): string {
    const [first = '', second] = clients.keys()
    return first === served ? (second ?? first) : first
  }

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
      const client = nextClient()
      const [call, ...rest] = clients.get(client) ?? []
      if (call === undefined) return undefined
      clients.delete(client)
      put(client, rest)
      waiting -= 1
      served = client
      return call
    },
    remove: (call) => {
      const at = own.indexOf(call)
      if (at >= 0) own.splice(at, 1)
      const [client, calls = []] = [...clients].find(([, some]) => some.includes(call)) ?? []
      if (client === undefined) return at >= 0
      put(client, without(calls, call))
      waiting -= 1
      return true
    },
  }
}

function without<Call>(calls: readonly Call[], call: Call): Call[] {
  return calls.filter((one) => one !== call)
}

function longestOf<Call>(clients: ReadonlyMap<string, Call[]>): readonly [string, Call[]] {
  let longest: readonly [string, Call[]] = ['', []]
  for (const entry of clients) if (entry[1].length > longest[1].length) longest = entry
  return longest
}
