/** Calls that are under way at once. */
const AT_ONCE = 64

/** Does it for each index, some at once. */
export async function inTurns(
  count: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const workOn = async (): Promise<void> => {
    while (next < count) {
      const index = next
      next += 1
      await work(index)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, workOn))
}
