import type { TerminalSize } from '../shell/container-shell.ts'

/** The terminal that a session asked for. */
export type Terminal = {
  readonly type: string
  readonly resize: (size: TerminalSize) => void
  /** Tells a listener the size of now, and each later one. */
  readonly onResize: (listener: (size: TerminalSize) => void) => void
}

/** More cannot be told to a container. */
const MOST = 65_535
/** `xterm-256color`, but nothing that a shell or terminfo could stumble over. */
const TYPE = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/

/** Returns a terminal of a size. */
export function createTerminal(type: string, first: TerminalSize): Terminal {
  let size = first
  const listeners: ((size: TerminalSize) => void)[] = []
  const tell = (listener: (size: TerminalSize) => void): void => {
    const isKnown = size.width > 0 && size.height > 0 && size.width <= MOST && size.height <= MOST
    if (isKnown) listener(size)
  }
  return {
    type: TYPE.test(type) ? type : 'dumb',
    resize: (next) => {
      size = next
      listeners.forEach(tell)
    },
    onResize: (listener) => {
      listeners.push(listener)
      tell(listener)
    },
  }
}
