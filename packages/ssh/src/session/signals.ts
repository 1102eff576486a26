/**
 * Returns what sends one script after the other: each is a process of its own in the container, so while one runs, only the newest
 * of the others waits. What cannot be signalled any more has ended.
 */
export function createSignals(
  send: (script: string) => Promise<unknown>,
): (script: string) => void {
  let newest: string | undefined
  let isSending = false
  const sendAll = async (): Promise<void> => {
    isSending = true
    while (newest !== undefined) {
      const script = newest
      newest = undefined
      await send(script).catch(() => {})
    }
    isSending = false
  }
  return (script) => {
    newest = script
    if (!isSending) void sendAll()
  }
}
