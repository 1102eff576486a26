import type { Mux, MuxStream, StreamHandler } from '@nexqloud/tunnel'

/**
 * Where an instance is just now. Streams that are kept for the next request are kept for the object: whoever attaches the same
 * place again gives the same one.
 */
export type Backend = {
  /**
   * Returns a new stream to a port of the instance, whose handler the gateway replaces at once.
   *
   * @throws {@link LinkUnavailableError} where the link to its device takes no more streams.
   */
  readonly open: (port: number) => MuxStream
  /** Whether its link takes streams: where it does not, those that are kept are as good as ended. */
  readonly isOpen: () => boolean
}

/** Returns a backend at the other end of a link. */
export function createBackend(
  mux: Pick<Mux, 'open' | 'isOpen'>,
  encodeTarget: (port: number) => Buffer,
): Backend {
  return {
    open: (port) => mux.open({ target: encodeTarget(port) }, () => nobody),
    isOpen: () => mux.isOpen,
  }
}

const nobody: StreamHandler = {
  onData: () => {},
  onEnd: () => {},
  onReset: () => {},
  onWritable: () => {},
}
