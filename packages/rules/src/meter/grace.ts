/** After so many buffers an account has a grace again: an hour a day on the main network. */
const EVERY_BUFFERS = 24

/** Whether what an account cannot pay for has run as long as it may. `since` is when its last grace began; nothing where it had none. */
export function isGraceOver(
  since: number | undefined,
  now: number,
  bufferSeconds: number,
): boolean {
  if (since === undefined) return false
  const passed = now - since
  return passed >= bufferSeconds && passed < bufferSeconds * EVERY_BUFFERS
}

/** Returns when the grace began that covers what runs unpaid now: the last one, while that is young enough. */
export function graceFor(since: number | undefined, now: number, bufferSeconds: number): number {
  if (since === undefined) return now
  return now - since < bufferSeconds * EVERY_BUFFERS ? since : now
}
