/** What is looked at of a process. */
type Child = Pick<NodeJS.Process, 'connected' | 'channel' | 'once'>

/** Ends a command that another process of ours started, once that one is gone. */
export function endWithParent(child: Child, stop: AbortController): void {
  if (!child.connected) return
  child.once('disconnect', () => stop.abort())
  // The channel alone keeps nobody running.
  child.channel?.unref()
}
