/** What the gateway has seen: totals only rise, gauges say how many there are now. */
export type GatewayCounters = {
  connectionsTotal: number
  connectionsOpen: number
  /** Closed at once, or answered 503: a limit was reached. */
  overLimitTotal: number
  /** Of these, refused since the visitor's address had its share: others were still let in. */
  overShareTotal: number
  /** Reset, or answered 403: no passage of the instance lets in who comes from there. */
  barredTotal: number
  requestsTotal: number
  /** Heads that were refused as malformed, too large or too slow. */
  badHeadsTotal: number
  /** Requests that went to another stream, since the first one ended before an answer. */
  retriesTotal: number
  /** Requests that got no answer of their instance, or half of one. */
  failuresTotal: number
  waiting: number
  waitedTotal: number
  /** Waited as long as they may, in vain. */
  waitsEndedTotal: number
}

/** Returns counters at zero. */
export function createCounters(): GatewayCounters {
  return {
    connectionsTotal: 0,
    connectionsOpen: 0,
    overLimitTotal: 0,
    overShareTotal: 0,
    barredTotal: 0,
    requestsTotal: 0,
    badHeadsTotal: 0,
    retriesTotal: 0,
    failuresTotal: 0,
    waiting: 0,
    waitedTotal: 0,
    waitsEndedTotal: 0,
  }
}
